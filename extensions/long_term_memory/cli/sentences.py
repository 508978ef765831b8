"""Every sentence that the commands say, in one table.

Owns: the words, in plain English. Another language is a table with the same names and
the same fields; help of commands and options stands with these.
Knows nothing of: when anything is said.
"""

from __future__ import annotations

from typing import Final

# -- Every command ---------------------------------------------------------------------

UNFORESEEN: Final = (
    "Something unexpected went wrong ({kind}: {error}). ltm doctor looks for damage. "
    "{variable}=1 tells more, for a report."
)
SAY_YES: Final = "With --json, add --yes: there is nobody to ask."
NOTHING_YET: Final = (
    "Nothing{whose} is remembered yet in {data_dir}. {near}Memory begins with a chat "
    "through the server or in the webui, or with ltm import.{others}"
)
NAME_A_CHARACTER: Final = "Name a character with --character: {listed}."
OTHERS_HAVE_ONE: Final = " Others have one: --user {users}."
THERE_ARE: Final = "There are: {listed}."
DID_YOU_MEAN: Final = "Did you mean {name!r}? "
NO_MEMORY_OF: Final = "There is no memory of {character!r}. {meant}{others}"
LEFT_OUT: Final = "LEFT OUT {what}: {why}"
IS_LEFT_OUT: Final = "{what} is left out: {why}"
NO_UTF8: Final = "it is not UTF-8 text"
ENV_FILE_UNREADABLE: Final = (
    "{path} cannot be read: {why}. Name another file with --env-file."
)
NO_DATE: Final = (
    "{typed!r} is not a date that is understood. Write 2026-11-03, '2026-11-03 18:30', "
    "yesterday, monday, 'last week' or '3 days ago'."
)

# -- ltm backup ------------------------------------------------------------------------

SAVED: Final = "Saved and checked: {path} ({size:.1f} MB)"
NO_MEMORY_IN_BACKUP: Final = (
    "{path} holds no memory of {character!r}. {meant}It holds: {held}."
)
NONE_OF_THIS_USER: Final = "none of this user"
AND_CLIENTS_TEXTS: Final = ", and what clients keep,"
AND_CONVERSATIONS: Final = ", and all conversations' titles, receipts and characters,"
MEMORY_OF: Final = "the memory of {held}{also}"
ASK_RESTORE: Final = "Restore {whose} as of {made} from {path}?"
CLIENTS_KEEP: Final = "What clients keep: {texts}"
SET_ASIDE_IN: Final = "; what was there before is in {aside}"
RESTORED: Final = "Restored {name}{whose}: {held}{aside}"

# -- ltm config ------------------------------------------------------------------------

DEFAULT_AGAIN: Final = "the default again"
SETTING_KEPT: Final = "{name} is {told} from the next start on, kept in {file}."
SETTING_OF_THE_START: Final = (
    "{name} is set where the server is started: {variable} in the environment or in "
    ".env, or --set {name}=VALUE."
)
SETTING_GIVEN: Final = "But the environment or .env sets it, too, and that wins."
NO_SETTING: Final = "There is no setting {name!r}. {meant}ltm config lists all."
SETTING_ABOUT: Final = "{sentence}\nIt takes {allowed}."

# -- ltm doctor ------------------------------------------------------------------------

KEYS_HELD: Final = "{path}, {count} of the server's keys"
MENDABLE: Final = "Some of this can be repaired without loss: ltm doctor --fix"
KEY_FILE: Final = "key file"
CONVERSATIONS_WHOLE: Final = "what conversations keep is whole"

# -- ltm encrypt, decrypt, rotate-key, encryption-key ----------------------------------

KEY_MADE: Final = "A new key is in {where}. Keep a copy of it in another place."
SET_KEY_FILE: Final = "Now set encryption_key_file to {where}, then: ltm encrypt"
KEY_CHANGED: Final = (
    "Now set encryption_key_file to {file}, or {variable} to what is in it. Keep the "
    "old key as long as you keep backups from before."
)
CLIENTS_TEXTS: Final = "what clients keep through the Extras API"
NONE_ENCRYPTED: Final = "None of it is encrypted."
EXPORT_IN_CLEAR: Final = "The memory is encrypted; the export is not."
BACKUPS_IN_CLEAR: Final = (
    "{backups} in {folder}, and copies kept elsewhere, may still hold it unencrypted: "
    "make a new one (ltm backup), then delete them."
)
NO_KEY: Final = (
    "There is no key. Make one with: ltm encryption-key FILE, then set "
    "encryption_key_file to that file, or {variable} to what is in it."
)
ALL_ENCRYPTED: Final = "All of it is encrypted already."
CONVERSATIONS_IN_CLEAR: Final = (
    "What conversations keep beside the memories ({file}: characters, titles, "
    "receipts) stays in clear; what was said is in none of it."
)
IN_CLEAR: Final = "Decrypted"
NEW_KEY_OPENS: Final = "Now opens with the new key"
NO_SUCH_MEMORY: Final = "There is no such memory in {data_dir}. {near}"

# -- ltm forget ------------------------------------------------------------------------

NO_CHAT: Final = "There is no chat {chat!r}. {near}`ltm history` lists them."
NOBODY_SAID: Final = "Nobody called {name!r} said anything. {near}"
NO_PRESET: Final = "There is no preset {name!r}. {meant}There are: {listed}."
PRESET_HELD: Final = " (in force)"
PRESET_DEFAULTS: Final = "the defaults"
PRESET_KEPT: Final = "The preset {name} is kept in {file}."
PRESET_GIVEN: Final = (
    "Set where the server is started, and stronger than the preset: {names}."
)
TYPE_TO_FORGET: Final = "This cannot be undone. Type {name!r} to forget it for good"
SAY_WHAT: Final = (
    "Say what to forget: ids, --chat, --person, --since or --until; or --all; or "
    "--all-characters."
)
GOES: Final = "{character}: {counted}."
STILL_IN_BACKUP: Final = "This backup still holds it. It is yours to delete: {path}"
ALSO_KEPT_BY: Final = "Also kept by: {who}. --everywhere makes them forget it, too."
UNOWNED_TEXTS: Final = (
    "A client keeps texts under {name!r}, and nothing says whose chat that is. They "
    "stay; to remove them: ltm forget --collection NAME"
)
COPIES: Final = "{count:,} of them copies or earlier versions"
CORRECTION: Final = "correction by hand"
SUMMARIES_GO: Final = "{summaries:,} {noun} ({locked:,} by hand)"
TEXTS_OF_CLIENT: Final = "{texts} that a client keeps"
ASK_FORGET: Final = "Forget this for good?"
OTHER_NAME: Final = "That is not the name. Nothing was forgotten."
COLLECTION_ALONE: Final = "Name a --collection alone, or with --since or --until."
FORGOTTEN: Final = "Forgotten."
NOTHING_TO_FORGET: Final = "{character}: there is nothing to forget."
WHOLE_CHAT: Final = "  the whole chat {title}"
SOME_OF_CHAT: Final = "  some of the chat {title}"
CLIENT_TEXTS_GO: Final = "{texts} that a client keeps."
CLIENTS_KEEP_TOO: Final = "Clients keep {texts} as well."
NO_COLLECTION: Final = "There is no collection {name!r}. {meant}There are: {listed}."

# -- ltm last --------------------------------------------------------------------------

BROUGHT_TO_MIND: Final = "Brought to mind"
IN_EVERY_PROMPT: Final = "In every prompt"
BLOCK_HEADING: Final = "{title} ({tokens} tokens):"
SERVER_ANSWERED: Final = "The server at {root} answered {code}: see its own page."
NO_SERVER: Final = (
    "No server answers at {root}. Start it with ltm serve, or name its port with "
    "--port."
)
NO_REQUEST: Final = (
    "Nothing was asked in that chat since the server was started, by {user!r}; for "
    "another user: --user NAME. Send a message in your client first."
)

# -- ltm note, pin, edit, delete -------------------------------------------------------

NOTED_AND_PINNED: Final = "Noted and pinned"
NOTED: Final = "Noted"
TO_BRING_BACK: Final = "To bring it back: ltm undo {known}"
NO_MEMORY: Final = "There is no memory {typed!r}. ltm search TEXT tells ids."
SEVERAL_MEMORIES: Final = "{count} memories begin with {typed!r}: type more of the id."
DONE_TO: Final = "{done}, {id}:\n{line}"

# -- ltm policy and ltm story ----------------------------------------------------------

IS_REMEMBERED: Final = "is remembered"
IS_PAUSED: Final = "is paused: nothing new is stored, memories are recalled"
IS_INCOGNITO: Final = "is incognito: nothing is stored, nothing goes in or out"
RECALLS_ITSELF: Final = "recalls nothing of other chats"
RECALLS_STORY: Final = "recalls from the chats of its storyline"
RECALLS_ALL: Final = "recalls from all chats of the character"
AS_MUCH_AS_FITS: Final = "as many tokens as there is room for"
NAME_A_FACT: Final = (
    "Name a fact and what becomes of it: --edit, --lock, --delete, --restore or "
    "--merge."
)
NO_SUCH_FACT: Final = (
    "Nothing has the id {typed!r}; `ltm facts` and `ltm due` tell ids, of which four "
    "letters are enough."
)
NO_FACTS: Final = "No such fact is known."
FACTS_BY_MODEL: Final = (
    "A language model was given {asked} of the messages; {kept} facts of its are kept."
)
FACTS_REFUSED: Final = "Of what it wrote, {count} were not kept: {why}."
FACTS_REFUSED_FOR: Final = "{why} ({count})"
FACTS_FAILED: Final = "Answers of its that were of no use: {count}. The last: {why}"
HEARD_TIMES: Final = "heard {count} times"
FACT_PAST: Final = "holds no more"
FACT_BEFORE: Final = "before: {text}"
FACT_IN_PROMPTS: Final = "in every prompt"
FACT_LOCKED: Final = "locked"
FACT_DELETED: Final = "deleted"
NAME_WHAT_IS_DUE: Final = (
    "Name what is to come, and --off or --no-off. `ltm due` lists it."
)
NOTHING_DUE: Final = "Nothing is known to come."
NEXT_TALK: Final = "at the next talk"
IN_THE_STORY: Final = "in the story"
FIRST_STORYLINE: Final = "(the first storyline, without a name)"
NAME_A_STORYLINE: Final = "Name the storyline that is meant. `ltm story` lists them."
NEW_CHATS_JOIN: Final = ", new chats join it"
BY_DEFAULT: Final = " (by default)."
EVERY_CHAT: Final = "Every chat of {character}"
AT_MOST: Final = "at most {budget:,} tokens"
GIVEN_TOKENS: Final = "is given {most} of memory"
MEMORIES_AT: Final = "has recalled memories at {position}"

# -- ltm mcp ---------------------------------------------------------------------------

WHICH_CHARACTER: Final = "Name a character with --character."
NO_DATA_DIR: Final = "A server has its own folder: leave --data-dir out."
TOOLS_NEED: Final = (
    "The tools need {name}. Install what they need with "
    "`pip install 'long-term-memory[mcp]'`."
)

# -- ltm mood --------------------------------------------------------------------------

MOOD_OF: Final = "{name}: {mood}"
MOOD: Final = "{label} ({group}), intensity {percent} %"
NO_CHAT_YET: Final = "{character} has no chat yet."

# -- ltm rebuild -----------------------------------------------------------------------

WORDS_OF_MESSAGES: Final = "the words of {} messages"
VECTORS: Final = "{} vectors"
EMOTIONS_OF_MESSAGES: Final = "the feelings of {} messages"
FACTS_OF_MESSAGES: Final = "the facts of {} messages"
SUMMARIES: Final = "{} summaries"
WHAT_IS_ONE_OF: Final = "--what is one of {names}; not {what!r}."
PAUSE_OR_RESUME: Final = "Name --pause or --resume, not both."
NOTHING_EMBEDDED: Final = "Nothing could be embedded."
MADE_ANEW: Final = "{name}: rebuilt {made}"

# -- ltm retention ---------------------------------------------------------------------

EVERYTHING_KEPT: Final = "Everything is kept. Give --days, or set retention_days."
TO_FORGET: Final = "to forget"
ARCHIVED: Final = "archived: kept, but not recalled"
ASK_FORGET_THESE: Final = "Forget these for good?"
OLD_MESSAGES: Final = "{character}: {messages} {fate}."
TEXTS_KEPT: Final = "kept, but not found"
OLD_TEXTS: Final = "Clients: {texts} {fate}."

# -- ltm search ------------------------------------------------------------------------

HOLDS_THE_WORDS: Final = "holds the words, "
HAS_NO_CHAT: Final = (
    "{character!r} has no chat {chat!r}. {near}`ltm history` lists them."
)
NOTHING_FOUND: Final = "Nothing was found."
STATS: Final = "{character}: {counts}; texts embedded: {embedded}"

# -- ltm serve -------------------------------------------------------------------------

SET_NAME_VALUE: Final = "--set {wrong}: write NAME=VALUE, such as gate=false."
SERVER_NEEDS: Final = (
    "The server needs {name}. Install what it needs with `python3 install.py serve`, "
    "or `pip install 'long-term-memory[server]'`."
)

# -- ltm import and ltm export ---------------------------------------------------------

MEANINGS_FOLLOW: Final = (
    "Found by words at once. Meanings follow as soon as the server runs, or now by ltm "
    "embed."
)
MEANINGS_IN_MINUTES: Final = (
    "Found by words already; by meaning in about {minutes}. Ctrl+C leaves that to the "
    "server."
)
MEANINGS_IN_A_MOMENT: Final = "Found by words already; by meaning in a moment."
WOULD_BRING: Final = "Would bring"
BROUGHT: Final = "Brought"
EXPORTED: Final = "{character}: {path} ({bytes:,} bytes)"
NO_FORMAT: Final = (
    "There is no format {suffix!r}. Let the name end in one of {known}, or choose with "
    "--format."
)
NAME_A_FOLDER: Final = "{when}, name a folder: {target} is not one."
STOPPED: Final = "Stopped. The same command goes on where it stopped."
PREDECESSORS_SETTINGS: Final = (
    "Settings of the old extension take effect once its ltm_config.json is in this "
    "extension's folder."
)
TAKE_IMPORT_BACK: Final = "To undo this import: ltm undo {batch}"
WITH_ALL: Final = "With --all"
WITH_FORMAT: Final = "With --format {format}"

# -- ltm undo --------------------------------------------------------------------------

UNDONE: Final = "Undone: {chats}, {notes}."
STEP_UNDONE: Final = "Undone: {what} ({count}). To do it again: ltm redo"
TAKING_BACK: Final = "taking back the {what}"
DONE_AGAIN: Final = "Done again: {what} ({count})."
ALL_OF: Final = "all of {whose}"
CLEARING_OF: Final = "clearing of {what}"
BY_HAND: Final = "by hand"
AS_SAID: Final = "as it was said"
LEFT_ALONE: Final = "Left alone, because it has changed since: {title}"
BROUGHT_BACK: Final = "Brought back:\n{line}"
ASK_TAKE_AWAY: Final = "Remove {what}?"
TAKEN_AWAY: Final = "Removed {what}. To bring it back: ltm undo {batch}"
NOTHING_TAKEN: Final = "There was nothing to remove."
NO_SUCH_UNDO: Final = (
    "There is nothing with the id {id!r} to undo. ltm undo lists imports and "
    "clearings; ltm undo last takes back what was done by hand last."
)
NO_VERSION: Final = "There is no version {wanted}; there are {count}."
NOTHING_TO_UNDO: Final = "There is nothing to undo."
