# shellcheck shell=bash
# Which column of the user's CSV file is which: read from its header, guessed by name, asked for or given with --map.
# Expects TICKETS, MAP and read_csv of script/demo. Sets DELIMITER, HEADER (names), MAPPED (target -> column number).

readonly TARGETS=(ticket_id created_at first_response_at resolved_at sla_met reopens contacts nps_score csat_score
  channel team agent)

# How each target is read from text (functions of own_load.sql).
declare -A READER=([ticket_id]=read_text [created_at]=read_time [first_response_at]=read_time [resolved_at]=read_time
  [sla_met]=read_boolean [reopens]=read_number [contacts]=read_number [nps_score]=read_number [csat_score]=read_number
  [channel]=read_text [team]=read_text [agent]=read_text)

# Names that the columns have in exports, best first.
declare -A SYNONYMS=(
  [ticket_id]='ticket_id id ticket case_id case_number incident_id number request_id response_id ticket_number
    case_enquiry_id'
  [created_at]='created_at opened_at created opened created_on opened_on created_time creation_date date_created
    open_dt sys_created_on submitted_at answered_at answered_on date'
  [first_response_at]='first_response_at first_reply_at first_responded_at first_answered_at first_worked_at
    first_response first_reply'
  [resolved_at]='resolved_at solved_at resolved_on resolved closed_at closed_on closed completed_at resolution_date
    closed_dt'
  [sla_met]='sla_met made_sla on_time ontime sla_resolution_met sla_response_met within_sla sla_status sla'
  [reopens]='reopens reopen_count reopened reopened_count'
  [contacts]='contacts contact_count'
  [nps_score]='nps_score nps'
  [csat_score]='csat_score csat satisfaction_score satisfaction_rating satisfaction'
  [channel]='channel source via origin contact_type'
  [team]='team group team_name group_name assignment_group department queue'
  [agent]='agent agent_id agent_name assignee assigned_to owner')

# shellcheck disable=SC2034  # read by script/demo
DELIMITER=
HEADER=()
declare -A MAPPED=()

read_header() {
  local lines=()
  mapfile -t lines < <(read_csv 2>/dev/null | head -n 1 | LC_ALL=C awk -f "$ROOT/script/demo.d/header.awk")
  (( ${#lines[@]} > 1 )) || die "$TICKETS has no header line"
  # shellcheck disable=SC2034
  DELIMITER=${lines[0]}
  HEADER=("${lines[@]:1}")
}

# Prints the name as letters, digits and single underscores, in lower case: "Opened At" is opened_at.
normal() { printf '%s' "$1" | tr '[:upper:]' '[:lower:]' | sed -E 's/[^a-z0-9]+/_/g; s/^_|_$//g'; }

# Sets MAPPED[$1] from $2: a column's name or number, or - for none. Fails when there is no such column.
map_to() {
  local i
  if [[ $2 == - ]]; then
    unset "MAPPED[$1]"
    return 0
  fi
  for i in "${!HEADER[@]}"; do
    if [[ ${HEADER[i]} == "$2" ]]; then
      MAPPED[$1]=$(( i + 1 ))
      return 0
    fi
  done
  [[ $2 =~ ^[1-9][0-9]{0,3}$ ]] && (( $2 <= ${#HEADER[@]} )) || return 1
  MAPPED[$1]=$2
}

guess_columns() {
  local target word i
  local -A number=()
  for i in "${!HEADER[@]}"; do
    word=$(normal "${HEADER[i]}")
    [[ -z $word || ${number[$word]-} ]] || number[$word]=$(( i + 1 ))
  done
  for target in "${TARGETS[@]}"; do
    for word in ${SYNONYMS[$target]}; do
      if [[ ${number[$word]-} ]]; then
        MAPPED[$target]=${number[$word]}
        break
      fi
    done
  done
}

# Applies --map TARGET=COLUMN,...
apply_map() {
  local pair pairs=()
  IFS=, read -r -a pairs <<<"$MAP"
  for pair in "${pairs[@]}"; do
    [[ $pair == *=* && ${READER[${pair%%=*}]-} ]] ||
      die "--map: \"$pair\" is not TARGET=COLUMN; the targets are ${TARGETS[*]}"
    map_to "${pair%%=*}" "${pair#*=}" || die "--map: $TICKETS has no column \"${pair#*=}\"; it has: ${HEADER[*]}"
  done
}

# Asks for every target. Enter accepts what is in brackets.
ask_columns() {
  local target guess answer i
  echo "The columns of ${TICKETS##*/}:"
  for i in "${!HEADER[@]}"; do printf '  %3d  %s\n' "$(( i + 1 ))" "${HEADER[i]}"; done
  echo "Which of them is which? Enter takes the guess, a name or number another column, - none."
  for target in "${TARGETS[@]}"; do
    guess=-
    [[ -z ${MAPPED[$target]-} ]] || guess=${HEADER[MAPPED[$target] - 1]}
    while true; do
      read -e -r -p "  $target [$guess]: " answer || exit 1
      [[ $answer ]] || break
      map_to "$target" "$answer" && break
      echo "    there is no such column"
    done
  done
}

# The whole dialogue. It needs neither PostgreSQL nor a compiler, so it comes before the slow work.
choose_columns() {
  local target
  read_header
  guess_columns
  if [[ $MAP ]]; then
    apply_map
  elif [[ -t 0 ]]; then
    ask_columns
    return
  else
    say "Not a terminal, so nobody is asked; the columns are guessed by name (--map changes them):"
  fi
  for target in "${TARGETS[@]}"; do
    [[ -z ${MAPPED[$target]-} ]] || say "  $target = ${HEADER[MAPPED[$target] - 1]}"
  done
  (( ${#MAPPED[@]} )) || die "no column of $TICKETS was recognised: name them with --map, see script/demo --help"
}
