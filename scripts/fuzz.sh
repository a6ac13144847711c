#!/usr/bin/env bash
# Runs every fuzz target of the module, one after the other, each for the time
# given as the first argument (default 10s). Stops at the first crash; its
# input is then under testdata/fuzz of the package.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-10s}
count=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

fuzz() {
  go test "$1" -run='^$' -fuzz="^$2\$" -fuzztime="$time" -fuzzminimizetime=100x -parallel=2 >"$log" 2>&1 </dev/null
}

# The go command now and then takes the end of its own time for a failure, and
# then names no input: that is no crash, and the target runs once more.
again() {
  grep -q 'context deadline exceeded' "$log" && ! grep -q 'Failing input' "$log" && fuzz "$@"
}

while read -r file target; do
  package=./$(dirname "$file")
  echo "fuzz $package $target for $time"
  fuzz "$package" "$target" || again "$package" "$target" || { cat "$log"; exit 1; }
  tail -n 2 "$log"
  count=$((count + 1))
done < <(git ls-files '*_test.go' | grep -v '^e2e/' | xargs grep -oE '^func Fuzz[A-Za-z0-9_]+' | sed 's/:func / /' | sort)
echo "fuzz: $count targets passed"
