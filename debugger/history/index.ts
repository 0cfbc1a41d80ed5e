/** Recording a machine and going to any instant of it. */
export {
  type AdvanceOptions,
  type Branch,
  History,
  type HistoryOptions,
  type Observer,
  type Reason,
  Recorder,
} from './history.ts';
export { type Entry, type Happening, Journal, JournalEnd, JournalMismatch } from './journal.ts';
export { type Recording, RecordingError, RecordingWriter, readRecording } from './recording-file.ts';
export { recordedOptions, startRecorded, startReplay } from './start.ts';
