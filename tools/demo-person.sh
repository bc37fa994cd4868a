#!/bin/sh
# Somebody invented, so that the demonstration has a name to ask for: in a register that
# tools/demo-register.sh made. Prints the token of her family. usage: tools/demo-person.sh HABEAS FOLDER
set -eu
habeas=$1 folder=$2
register=$folder/register.db
"$habeas" register key new PDDH/monitor --role monitor --out "$folder/monitor.key" --db "$register" > /dev/null
"$habeas" register key new COUNSEL/demo --role counsel --out "$folder/counsel.key" --db "$register" > /dev/null
"$habeas" register record --key "$folder/DGCP.key" --db "$register" > /dev/null <<'EVENTS'
{"event":"IdentityRecorded","person":"DEMO-1","authority":"DGCP","happened_at":"2025-03-16T08:00:00-06:00","name":"Ana Ejemplo Inventada","birth_date":"1990-02-03","country":"VEN","details":{"invented":"for the demonstration"}}
{"event":"Admitted","person":"DEMO-1","authority":"DGCP","happened_at":"2025-03-16T08:00:00-06:00","place":"CECOT","order":"none shown","injuries":"not recorded","property":"none"}
{"event":"CounselNamed","person":"DEMO-1","authority":"DGCP","happened_at":"2025-03-17T08:00:00-06:00","to":"COUNSEL"}
{"event":"ContactGiven","authority":"DGCP","happened_at":"2025-03-16T08:00:00-06:00","phone":"+503 0000 0000"}
EVENTS
"$habeas" locate token DEMO-1 --key "$folder/counsel.key" --until 2030-01-01T00:00:00Z --db "$register" 2> /dev/null
