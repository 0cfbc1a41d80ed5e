//! Runs a flat program on Unicorn as it is published: no hooks, no page tables. Prints the seconds it took.
//!
//! `stock-bench i386|x86_64|arm|thumb FILE ADDRESS UNTIL [PASSES]`, addresses in hexadecimal. The file is mapped at ADDRESS,
//! readable, writable and executable, with 32 MiB behind it that end in the stack. It runs from ADDRESS to UNTIL.

use std::process::ExitCode;
use std::time::Instant;

use unicorn_engine::{Arch, Mode, Prot, RegisterARM, RegisterX86, Unicorn};

const ROOM: u64 = 32 << 20;

fn run(args: &[String]) -> Result<f64, String> {
    let [isa, file, address, until, rest @ ..] = args else {
        return Err("usage: stock-bench i386|x86_64|arm|thumb FILE ADDRESS UNTIL [PASSES]".into());
    };
    let hex =
        |text: &String| u64::from_str_radix(text.trim_start_matches("0x"), 16).map_err(|e| format!("{text}: {e}"));
    let (address, until) = (hex(address)?, hex(until)?);
    let passes: u32 = rest.first().map_or(Ok(1), |text| text.parse().map_err(|e| format!("{text}: {e}")))?;
    let code = std::fs::read(file).map_err(|e| format!("{file}: {e}"))?;
    let (arch, mode) = match isa.as_str() {
        "i386" => (Arch::X86, Mode::MODE_32),
        "x86_64" => (Arch::X86, Mode::MODE_64),
        "arm" => (Arch::ARM, Mode::ARM),
        "thumb" => (Arch::ARM, Mode::THUMB),
        other => return Err(format!("no ISA {other}")),
    };
    let fail = |what: &str, e| format!("{what}: {e:?}");
    let mut uc = Unicorn::new(arch, mode).map_err(|e| fail("open", e))?;
    let base = address & !0xfff;
    uc.mem_map(base, ROOM, Prot::ALL).map_err(|e| fail("map", e))?;
    uc.mem_write(address, &code).map_err(|e| fail("write", e))?;
    let stack = base + ROOM - 64;
    let mut best = f64::INFINITY;
    for _ in 0..passes {
        match arch {
            Arch::ARM => uc
                .reg_write(RegisterARM::C1_C0_2, 0x00f0_0000)
                .and_then(|()| uc.reg_write(RegisterARM::FPEXC, 0x4000_0000))
                .and_then(|()| uc.reg_write(RegisterARM::SP, stack)),
            _ if isa == "i386" => uc.reg_write(RegisterX86::ESP, stack),
            _ => uc.reg_write(RegisterX86::RSP, stack),
        }
        .map_err(|e| fail("registers", e))?;
        let begin = address | u64::from(isa == "thumb");
        let start = Instant::now();
        uc.emu_start(begin, until, 0, 0).map_err(|e| fail("run", e))?;
        best = best.min(start.elapsed().as_secs_f64());
    }
    Ok(best)
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(seconds) => {
            println!("{seconds:.6}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("stock-bench: {message}");
            ExitCode::FAILURE
        }
    }
}
