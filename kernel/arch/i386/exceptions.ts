export { exceptionSignalX86 as exceptionSignal } from '../x86-exceptions.ts';
