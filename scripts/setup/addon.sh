#!/bin/sh
# Build the native addon (emulator/native) into emulator/native/*.node.
set -eu
cd "$(dirname "$0")/../.."
. scripts/setup/lib.sh

command -v cargo >/dev/null || die 'Rust is needed to build emulator/native: cargo is not in PATH'
command -v cc >/dev/null || die 'a C compiler is needed to build emulator/native: cc is not in PATH'

if [ -f scripts/addon/build.sh ]; then
  sh scripts/addon/build.sh
elif [ -f scripts/addon/build.mjs ]; then
  node scripts/addon/build.mjs
else
  die 'cannot build the addon: scripts/addon/build.sh is missing'
fi

for addon in emulator/native/*.node; do
  [ -f "$addon" ] || die 'the addon was built, but emulator/native has no .node file'
done
