#!/bin/sh
# build-linux.sh: build the Linux without an MMU that tests/oracle/nommu/linux.ts runs in QEMU, into .nommu-linux/.
#
# The source is Debian's package of Linux 6.1, the compiler Debian's clang, the board ARM's MPS2 with a Cortex-M3. Source and
# objects are kept outside the checkout; with nothing changed this script does nothing.
set -eu
cd "$(dirname "$0")/../../.."
. scripts/setup/lib.sh

here=$PWD/tests/oracle/nommu
out=$PWD/.nommu-linux
package=linux-source-6.1
board=mps2-an385
work=${XDG_CACHE_HOME:-${HOME:-$PWD}/.cache}/forkscope/nommu-linux
source=$work/usr/src/$package

sum=$(cat "$here/build-linux.sh" "$here/linux.config" "$here/board.S" | sha256sum)
[ "$(cat "$out/.done" 2>/dev/null)" != "$sum" ] || exit 0

mkdir -p "$work" "$out"
if [ ! -e "$source/Makefile" ]; then
  say "fetching $package from Debian"
  (cd "$work" && rm -f ./*.deb && quietly apt-get -q download "$package") || die "could not fetch $package: is this Debian 12, and was apt-get update run?"
  dpkg -x "$work"/*.deb "$work"
  tar -xf "$source.tar.xz" -C "$work/usr/src"
  rm -f "$work"/*.deb "$source.tar.xz"
fi

say 'building Linux without an MMU (some minutes)'
build() { quietly make -s -C "$source" "O=$work/build" ARCH=arm LLVM=1 "-j$(nproc)" "$@"; }
mkdir -p "$work/build"
build mps2_defconfig
cat "$here/linux.config" >>"$work/build/.config"
build olddefconfig
grep -q '^# CONFIG_MMU is not set' "$work/build/.config" || die 'the configuration has an MMU'
build Image "$board.dtb" || die 'Linux could not be built: its messages are above'

clang --target=arm-none-eabi -mcpu=cortex-m3 -c "$here/board.S" -o "$work/board.o"
ld.lld -Ttext=0 --oformat binary -e 0 "$work/board.o" -o "$out/board.bin"
cp "$work/build/arch/arm/boot/Image" "$work/build/arch/arm/boot/dts/$board.dtb" "$work/build/scripts/dtc/dtc" "$out/"
printf '%s\n' "$sum" >"$out/.done"
