#!/bin/sh -e
cd "$(dirname "$0")"
spellbook run late_aircraft --param airport=JFK --param moment=2013-01-13 --output late_aircraft.csv --overwrite
