@echo off
rem The command line, from anywhere: ltm --help.
setlocal
set "LTM_CHECKOUT=%~dp0."
set "PYTHONNOUSERSITE=1"
set "PYTHONPATH=%~dp0extensions;%PYTHONPATH%"
if not exist "%~dp0.venv\Scripts\python.exe" (
  echo Not set up yet. Run this once: py "%~dp0install.py" serve 1>&2
  exit /b 1
)
"%~dp0.venv\Scripts\python.exe" -m long_term_memory %*
