#!/bin/sh
# Build dist/stock-bench, the engine as it is published, for `make bench` to compare with. Its build is kept outside the checkout.
set -eu
cd "$(dirname "$0")/../.."
. scripts/setup/lib.sh

target=$cache/stock-bench
say 'building stock-bench'
alone
export CARGO_NET_RETRY=10
CARGO_TARGET_DIR=$target quietly cargo build --release --locked --manifest-path emulator/native/stock-bench/Cargo.toml ||
  die 'could not build stock-bench'
mkdir -p dist
cp "$target/release/stock-bench" dist/stock-bench
