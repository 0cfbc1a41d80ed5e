# shellcheck shell=sh
# Sourced by the set-up scripts; they run from the top of the checkout.

# Messages go to stderr: standard output belongs to what was asked for.
say() { printf 'forkscope: %s\n' "$*" >&2; }

die() {
  say "$@"
  exit 1
}

# quietly COMMAND [ARG...]: print what it printed only if it fails, and return its status.
quietly() {
  quietly_log=$(mktemp)
  quietly_status=0
  "$@" </dev/null >"$quietly_log" 2>&1 || quietly_status=$?
  if [ "$quietly_status" -ne 0 ]; then
    cat "$quietly_log" >&2
    say "failed with status $quietly_status: $*"
  fi
  rm -f "$quietly_log"
  return "$quietly_status"
}
