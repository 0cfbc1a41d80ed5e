#!/bin/sh
# Build the native addon (emulator/native) into emulator/native/*.node.
set -eu
cd "$(dirname "$0")/../.."
. scripts/setup/lib.sh

command -v cargo >/dev/null || die 'Rust is needed to build emulator/native: cargo is not in PATH'
command -v cc >/dev/null || die 'a C compiler is needed to build emulator/native: cc is not in PATH'

alone
export CARGO_NET_RETRY=10
node scripts/addon/build.mjs

for addon in emulator/native/*.node; do
  [ -f "$addon" ] || die 'the addon was built, but emulator/native has no .node file'
done
