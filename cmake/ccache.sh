#!/bin/sh
# Compiles through ccache: cmake/ccache.sh COMPILER ARGUMENTS...
#
# Precompiled headers are large files. ccache would read them for each source, to see whether
# they changed, and preprocess each source, to see what it reads: together up to a quarter of the
# CPU of a first build. So a checksum is kept beside each header, and what a source reads the
# compiler tells (-MD, which Ninja asks for).
export CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_PCH_EXTSUM=1 CCACHE_DEPEND=1
for argument in "$@"; do
  case $argument in
    *.pch | *.gch)
      rm -f "$argument.sum"
      ccache "$@" && sha256sum <"$argument" >"$argument.sum"
      exit
      ;;
  esac
done
exec ccache "$@"
