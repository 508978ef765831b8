// Tells the long-term memory server which chat a request belongs to.
//
// With every request to a "Custom (OpenAI-compatible)" model it sends a field `ltm`: the
// chat's id, who speaks, who listens, what kind of reply is wanted, and how the narrator's
// newest lines begin. It reads nothing else and talks to no other server. MIT licence.

const KEY = 'long_term_memory';
const SOURCE = 'custom';
// A narrator's line (/sys) comes as a system message like any other; so its beginning is
// told, of the newest ones.
const NARRATION = { lines: 20, letters: 100 };
const PANEL = `
<div class="long_term_memory_settings">
    <div class="inline-drawer">
        <div class="inline-drawer-toggle inline-drawer-header">
            <b>Long-term memory</b>
            <div class="inline-drawer-icon fa-solid fa-circle-chevron-down down"></div>
        </div>
        <div class="inline-drawer-content">
            <label class="checkbox_label" for="long_term_memory_enabled">
                <input id="long_term_memory_enabled" type="checkbox">
                <span>Remember and recall in my chats</span>
            </label>
            <small>
                Works with API "Chat Completion", source "Custom (OpenAI-compatible)" and
                the address of your memory server.
            </small>
        </div>
    </div>
</div>`;

function settings() {
    const all = SillyTavern.getContext().extensionSettings;
    all[KEY] ??= { enabled: true };
    return all[KEY];
}

// A branch takes its parent's metadata along, so the id is minted anew when the name of
// the parent there is another one than when it was minted.
function chatIds() {
    const context = SillyTavern.getContext();
    if (!context.getCurrentChatId() || !context.chatMetadata) {
        return {};
    }
    const main = context.chatMetadata.main_chat ?? '';
    const known = context.chatMetadata[KEY];
    if (known?.id && known.main === main) {
        return known;
    }
    const ids = { id: context.uuidv4(), main, parent: known?.id ?? '' };
    context.chatMetadata[KEY] = ids;
    context.saveMetadata();
    return ids;
}

function idsOf(request) {
    const { enabled } = settings();
    const ids = { enabled, type: request.type || 'normal' };
    const { id, parent } = chatIds();
    if (!enabled || !id) {
        return ids;
    }
    const context = SillyTavern.getContext();
    const { chat } = context;
    // While a reply is swiped, the one before it is still in the chat.
    const swiped = request.type === 'swipe' && chat.length && !chat.at(-1).is_user;
    Object.assign(ids, {
        chat: id,
        exact: true,
        char: request.char_name || '',
        user: request.user_name || '',
        last_id: Math.max(chat.length - (swiped ? 2 : 1), 0),
    });
    if (parent) {
        ids.parent = parent;
    }
    const narrated = chat
        .filter((message) => message.extra?.type === 'narrator' && !message.is_system)
        .slice(-NARRATION.lines)
        .map((message) => (context.substituteParams ?? String)(message.mes))
        .map((text) => text.trim().slice(0, NARRATION.letters))
        .filter(Boolean);
    if (narrated.length) {
        ids.narration = narrated;
    }
    if (request.group_names?.length) {
        ids.group = request.group_names;
    }
    return ids;
}

// The field is YAML of the user's own: an object, or a list of objects. A key that is
// there twice would cost all of it.
function withIds(yaml, ids) {
    const own = String(yaml ?? '')
        .replace(/^(?:- )?ltm[ \t]*:.*(?:\n(?:[ \t]+.*|[ \t]*$))*\n?/gm, '')
        .trimEnd();
    const line = `ltm: ${JSON.stringify(ids)}`;
    if (!own) {
        return line;
    }
    return /^\s*-\s/.test(own) ? `${own}\n- ${line}` : `${own}\n${line}`;
}

function onRequest(request) {
    if (request.chat_completion_source !== SOURCE) {
        return;
    }
    try {
        request.custom_include_body = withIds(request.custom_include_body, idsOf(request));
    } catch (error) {
        // A reply without memory is better than none.
        console.error('Long-term memory:', error);
    }
}

function drawPanel() {
    document
        .getElementById('extensions_settings2')
        ?.insertAdjacentHTML('beforeend', PANEL);
    const box = document.getElementById('long_term_memory_enabled');
    if (!box) {
        return;
    }
    box.checked = settings().enabled;
    box.addEventListener('change', () => {
        settings().enabled = box.checked;
        SillyTavern.getContext().saveSettingsDebounced();
    });
}

const { eventSource, eventTypes } = SillyTavern.getContext();
eventSource.on(eventTypes.CHAT_COMPLETION_SETTINGS_READY, onRequest);
eventSource.on(eventTypes.APP_READY, drawPanel);
