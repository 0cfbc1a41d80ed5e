/** Recording a machine and going to any instant of it. */
export type { Branch } from './branches.ts';
export {
  type AdvanceOptions,
  History,
  type HistoryOptions,
  type Observer,
  type Reason,
} from './history.ts';
export { type Entry, type Happening, Journal, JournalEnd, JournalMismatch } from './journal.ts';
export { Recorder } from './recorder.ts';
export {
  type RecordedOptions,
  type Recording,
  RecordingError,
  RecordingWriter,
  readRecording,
} from './recording-file.ts';
export { recordedOptions, startRecorded, startReplay } from './start.ts';
