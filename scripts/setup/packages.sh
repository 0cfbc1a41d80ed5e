#!/bin/sh
# packages.sh build|test|oracle: the Debian packages of packages.txt. Missing ones are installed when root, named otherwise.
set -eu
cd "$(dirname "$0")/../.."
. scripts/setup/lib.sh

case ${1:-} in
  build) sets='build' ;;
  test) sets='build test' ;;
  oracle) sets='build test oracle' ;;
  *) die 'usage: packages.sh build|test|oracle' ;;
esac

if ! command -v dpkg-query >/dev/null; then
  say 'not a Debian system: the packages that scripts/setup/packages.txt names are not checked'
  exit 0
fi

machine=$(uname -m)

# The wanted packages, one a line, each with its alternatives.
wanted() {
  while read -r set names on rest; do
    case " $sets " in *" $set "*) ;; *) continue ;; esac
    [ -z "$on" ] || [ "$on" = "$machine" ] || continue
    printf '%s\n' "$names"
  done <scripts/setup/packages.txt
}

# Whether `$installed` has one of the alternatives `$1`.
is_installed() {
  alternatives=$1'|'
  while [ -n "$alternatives" ]; do
    name=${alternatives%%|*}
    alternatives=${alternatives#*|}
    for have in $installed; do
      # shellcheck disable=SC2254 # a name may be a pattern
      case $have in $name) return 0 ;; esac
    done
  done
  return 1
}

# The first name of each wanted package of which nothing is installed, on one line.
missing() {
  set -f
  lines=$(wanted)
  # Patterns are dpkg-query's to expand, hence set -f. It exits 1 when it knows nothing of one of them.
  # shellcheck disable=SC2046 # one word a package
  installed=$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' $(printf '%s\n' "$lines" | tr '|' '\n') 2>/dev/null) || true
  installed=$(printf '%s\n' "$installed" | sed -n 's/^ii *//p')
  for names in $lines; do
    is_installed "$names" || printf '%s ' "${names%%|*}"
  done
  set +f
}

find_lacking() {
  lacking=$(missing)
  lacking=${lacking% }
}

find_lacking
[ -n "$lacking" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
  die "missing Debian packages: $lacking: type: sudo apt-get install -y $lacking"
fi

alone
find_lacking
[ -n "$lacking" ] || exit 0

say "installing Debian packages: $lacking"
export DEBIAN_FRONTEND=noninteractive
# A source that cannot be reached makes update fail; what counts is whether the packages come. An earlier installation may have been
# interrupted.
install() {
  dpkg --configure -a || true
  apt-get update -q -o Acquire::Retries=3 || true
  # shellcheck disable=SC2086 # one word a package
  apt-get install -y --no-install-recommends -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 $lacking
}
patiently quietly install || die "could not install Debian packages: $lacking"
find_lacking
[ -z "$lacking" ] || die "still missing after apt-get install: $lacking"
