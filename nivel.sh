#!/usr/bin/env bash
# Runs Nivel from its source tree: finds a JDK 25, builds what is not built, and starts the command.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
jar="$root/nivel-server/target/nivel-server.jar"
java_min=25

fail() {
  printf 'nivel: %s\n' "$*" >&2
  exit 1
}

# The major version of a java, or nothing.
version_of() {
  "$1" -XshowSettings:properties -version 2>&1 |
    sed -n 's/^ *java\.specification\.version = \([0-9]*\).*/\1/p'
}

is_new_enough() {
  [ -x "$1" ] && [ "$(version_of "$1")" -ge "$java_min" ] 2>/dev/null
}

find_java() {
  local candidate
  for candidate in "${JAVA_HOME:-}/bin/java" "$(command -v java || true)" \
    /usr/lib/jvm/*/bin/java /opt/java/*/bin/java /opt/jdk*/bin/java \
    "$HOME"/.sdkman/candidates/java/*/bin/java "$HOME"/.jdks/*/bin/java \
    /Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java; do
    if is_new_enough "$candidate"; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  fail "no JDK $java_min or newer was found in JAVA_HOME, on PATH or in the usual places." \
    "Install one (for instance Temurin $java_min), or set JAVA_HOME to it."
}

modules=(nivel-library nivel-embedded nivel-server)

# Whether no source is newer than the jar.
is_built() {
  [ -f "$jar" ] && [ -z "$(find "$root/pom.xml" "${modules[@]/#/$root/}" \
    -path '*/target' -prune -o -path '*/src/test' -prune -o -type f -newer "$jar" -print -quit)" ]
}

build() {
  command -v mvn >/dev/null || fail "Maven is needed to build, and mvn is not on PATH."
  printf 'nivel: building; this takes a minute or two the first time\n' >&2
  local log="$root/target/build.log"
  mkdir -p "$root/target"
  if ! (cd "$root" && mvn -B -ntp package -Dmaven.test.skip=true -Dspotless.check.skip=true \
    -Dcyclonedx.skip=true -pl nivel-server -am) >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    fail "the build failed; all of its output is in $log"
  fi
  touch "$jar"
}

java=$(find_java)
is_built || build

options=(--sun-misc-unsafe-memory-access=allow)
if [ "${1:-}" = serve ]; then
  # A class data sharing archive halves the time to start. The JVM makes and checks it by itself, and
  # has more to say about that than anybody wants to read.
  options+=(-XX:+AutoCreateSharedArchive "-XX:SharedArchiveFile=$root/nivel-server/target/serve.jsa"
    -Xlog:disable '-Xlog:all=warning,cds*=off,aot*=off:stderr')
else
  options+=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC)
fi
# shellcheck disable=SC2086
exec "$java" "${options[@]}" ${NIVEL_JAVA_OPTIONS:-} -jar "$jar" "$@"
