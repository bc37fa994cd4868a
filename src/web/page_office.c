// Offices that see no person: the operator's keys of officers and state of the server, and the
// witness' cosignatures. A key begins and ends by an event in the register, never by deletion.
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "web/pages.h"
#include "web/site.h"

// ---- keys of officers --------------------------------------------------------------------------

typedef struct {
    web_request *r;
    html *out;
} listing;

static void end_form(web_request *r, html *out, const register_officer *officer) {
    web_open_form(r, out, web_address(r, "/admin/keys/end"), "hb-inline");
    web_hidden(out, "key", officer->vkey);
    html_open(out, HTML_INPUT);
    html_class(out, "usa-input");
    html_attribute(out, "type", HB_STR("text"));
    html_attribute(out, "name", HB_STR("reason"));
    html_attribute(out, "autocomplete", HB_STR("off"));
    html_attributef(out, "aria-label", "%s: %.*s", say(r, "Reason"),
                    (int)(officer->vkey.n < 60 ? officer->vkey.n : 60), officer->vkey.at);
    html_flag(out, "required");
    web_button(r, out, say(r, "End this key"), "usa-button usa-button--outline");
    html_close(out, HTML_FORM);
}

static bool take_officer(void *to, const register_officer *officer, hb_error *err) {
    listing *l = to;
    html *out = l->out;
    (void)err;
    html_open(out, HTML_TR);
    web_open_cell(out, HTML_TH, say(l->r, "Key"));
    html_put(out, HTML_CODE, NULL, officer->vkey);
    html_close(out, HTML_TH);
    web_open_cell(out, HTML_TD, say(l->r, "Authority"));
    html_say(out, officer->authority);
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(l->r, "Role"));
    html_say(out, officer->role);
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(l->r, "Counts from entry"));
    html_textf(out, "%llu", (unsigned long long)officer->from);
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(l->r, "State"));
    if (officer->until == UINT64_MAX)
        end_form(l->r, out, officer);
    else
        html_textf(out, say(l->r, "ended with entry %llu"), (unsigned long long)officer->until);
    html_close(out, HTML_TD);
    html_close(out, HTML_TR);
    return true;
}

static void begin_form(web_request *r, html *out) {
    static const char *const ROLES[] = {"sender",  "facility",  "escort",         "health",
                                        "court",   "counsel",   "person",         "consulate",
                                        "monitor", "red_cross", "second_checker", "gate"};
    html_put_say(out, HTML_H2, NULL, say(r, "Begin a key"));
    html_put_say(out, HTML_P, NULL,
                 say(r,
                     "The officer makes the key on the officer's own device (habeas register key "
                     "new) and hands over its public half. Only that comes here."));
    web_open_form(r, out, web_address(r, "/admin/keys"), "usa-form usa-form--large");
    web_field_text(r, out, "key", say(r, "Public key: AUTHORITY/officer+hex8+base64"), "text",
                   "off", HB_STR(""));
    web_open_select(out, "role", say(r, "Role"));
    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++) {
        html_open(out, HTML_OPTION);
        html_attribute(out, "value", hb_str_from(ROLES[i]));
        html_say(out, ROLES[i]);
        html_close(out, HTML_OPTION);
    }
    html_close(out, HTML_SELECT);
    web_button(r, out, say(r, "Begin this key"), NULL);
    html_close(out, HTML_FORM);
}

bool web_page_keys(web_request *r, html *out, hb_error *err) {
    const char *const heads[] = {say(r, "Key"), say(r, "Authority"), say(r, "Role"),
                                 say(r, "Counts from entry"), say(r, "State")};
    listing l = {r, out};
    register_log *log = web_register(r, err);
    if (!log) return false;
    html_put_say(out, HTML_H1, NULL, say(r, "Keys of officers"));
    html_put_say(out, HTML_P, NULL,
                 say(r,
                     "A key counts from the entry that began it to the entry that ended it. What "
                     "it signed in between keeps counting."));
    web_open_table(out, say(r, "Keys, as they began"), heads, 5);
    bool ok = register_officers(log, take_officer, &l, err);
    web_close_table(out);
    begin_form(r, out);
    return ok;
}

static register_log *to_write(web_request *r, hb_error *err) {
    const web_options *o = r->site->options;
    if (!web_register(r, err)) return NULL;
    return register_open(o->db, o->local, REGISTER_WRITE, err);
}

bool web_page_key_begin(web_request *r, html *out, hb_error *err) {
    hb_str vkey = hb_str_trim(web_form(r, "key"));
    hb_str authority = {vkey.at, 0};
    (void)out;
    while (authority.n < vkey.n && vkey.at[authority.n] != '/' && vkey.at[authority.n] != '+')
        authority.n++;
    pthread_mutex_lock(web_store_turn(r->site->store));
    register_log *log = to_write(r, err);
    bool ok = log && register_key_begin(log, vkey, authority, web_form(r, "role"), r->now, err);
    register_close(log);
    pthread_mutex_unlock(web_store_turn(r->site->store));
    return ok && web_go(r, "/admin/keys");
}

bool web_page_key_end(web_request *r, html *out, hb_error *err) {
    hb_str reason = hb_str_trim(web_form(r, "reason"));
    (void)out;
    if (reason.n == 0)
        return hb_fail(err, HB_INPUT, "bad-key", "%s", say(r, "say why the key ends"));
    pthread_mutex_lock(web_store_turn(r->site->store));
    register_log *log = to_write(r, err);
    bool ok = log && register_key_end(log, web_form(r, "key"), reason, r->now, err);
    register_close(log);
    pthread_mutex_unlock(web_store_turn(r->site->store));
    return ok && web_go(r, "/admin/keys");
}

// ---- the state of the server -------------------------------------------------------------------

static void count(html *out, const char *words, unsigned long long n) {
    html_put_say(out, HTML_DT, NULL, words);
    html_open(out, HTML_DD);
    html_textf(out, "%llu", n);
    html_close(out, HTML_DD);
}

static void register_state_of(web_request *r, html *out, register_log *log,
                              const proof_standing *standing) {
    count(out, say(r, "Entries of the register"), (unsigned long long)register_size(log));
    html_put_say(out, HTML_DT, NULL, say(r, "Last checkpoint cosigned by"));
    html_open(out, HTML_DD);
    html_textf(out, say(r, "%u of %u witnesses"), standing->n_cosigned, standing->n_witnesses);
    html_textf(out, ", %s",
               standing->is_witnessed ? say(r, "independently witnessed")
                                      : say(r, "not independently witnessed"));
    html_close(out, HTML_DD);
}

// Counts alone: whoever keeps the server running learns nothing about anybody.
bool web_page_state(web_request *r, html *out, hb_error *err) {
    struct rusage used = {0};
    hb_str note;
    proof_standing standing;
    uint64_t people = 0;
    hb_error none = {0};
    register_log *log = web_register(r, &none);
    if (log && !register_checkpoint(log, r->arena, &note, &standing, err)) return false;
    (void)getrusage(RUSAGE_SELF, &used);
    for (uint32_t i = 0; i < web_n_lists(r->site); i++) people += web_list_at(r->site, i)->n;
    html_put_say(out, HTML_H1, NULL, say(r, "State of the server"));
    if (log && register_is_rolled_back(log))
        web_alert(
            out, "error", say(r, "ROLLED BACK"),
            say(r, "This copy is older than a checkpoint that was signed. Do not rely on it."));
    html_open(out, HTML_DL);
    html_put_say(out, HTML_DT, NULL, say(r, "Serving since"));
    html_open(out, HTML_DD);
    web_time(r, out, r->site->started.seconds);
    html_close(out, HTML_DD);
    count(out, say(r, "People signed in"), web_session_count(r->site->sessions, r->now));
    count(out, say(r, "Lists"), web_n_lists(r->site));
    count(out, say(r, "Rows of all lists"), people);
    count(out, say(r, "Largest memory so far, MiB"), (unsigned long long)used.ru_maxrss / 1024);
    if (log)
        register_state_of(r, out, log, &standing);
    else
        html_put_say(out, HTML_DT, NULL, say(r, "No register is open."));
    html_close(out, HTML_DL);
    return true;
}

// ---- witnesses ---------------------------------------------------------------------------------

bool web_page_cosign(web_request *r, html *out, hb_error *err) {
    hb_str note;
    proof_standing standing;
    register_log *log = web_register(r, err);
    if (!log || !register_checkpoint(log, r->arena, &note, &standing, err)) return false;
    html_put_say(out, HTML_H1, NULL, say(r, "Cosign the register's state"));
    html_put_say(out, HTML_P, NULL,
                 say(r,
                     "A witness says one thing: this state goes on from the last one it saw. It "
                     "sees checkpoints and proofs, never a person."));
    html_open(out, HTML_DL);
    register_state_of(r, out, log, &standing);
    html_close(out, HTML_DL);
    html_put(out, HTML_PRE, NULL, note);
    html_put_say(out, HTML_H2, NULL, say(r, "1. Take the request"));
    html_open(out, HTML_FORM);
    html_attribute(out, "method", HB_STR("get"));
    html_attribute(out, "action", web_address(r, "/cosign/request"));
    html_class(out, "usa-form");
    web_field_text(r, out, "from", say(r, "Entries of the last state that you cosigned (0: none)"),
                   "text", "off", HB_STR("0"));
    web_button(r, out, say(r, "Take the request"), "usa-button usa-button--outline");
    html_close(out, HTML_FORM);
    html_put_say(out, HTML_H2, NULL, say(r, "2. Cosign it on your own machine"));
    html_put_say(out, HTML_PRE, NULL,
                 "habeas register witness request.txt --key witness.key --log KEY --state held.txt "
                 "> answer.txt");
    html_put_say(out, HTML_H2, NULL, say(r, "3. Send the cosignature"));
    html_open(out, HTML_FORM);
    html_attribute(out, "method", HB_STR("post"));
    html_attribute(out, "enctype", HB_STR("multipart/form-data"));
    html_attribute(out, "action", web_address(r, "/cosign"));
    html_class(out, "usa-form");
    web_form_token(r, out);
    web_open_file(out, "answer", "answer", say(r, "The answer of the witness"));
    html_flag(out, "required");
    web_button(r, out, say(r, "Send"), NULL);
    html_close(out, HTML_FORM);
    return true;
}

bool web_data_cosign_request(web_request *r, hb_text *out, hb_error *err) {
    uint64_t from = 0;
    hb_str given = web_query(r, "from");
    register_log *log = web_register(r, err);
    if (!log) return false;
    if (given.n && !proof_uint_read(given, &from))
        return hb_fail(err, HB_INPUT, "bad-cursor", "\"from\" is no number of entries");
    r->content_type = HB_STR("text/plain; charset=utf-8");
    r->file_name = HB_STR("request.txt");
    return register_witness_request(log, from, out, err);
}

bool web_page_cosigned(web_request *r, html *out, hb_error *err) {
    const web_field *file = web_upload(r, "answer");
    uint32_t n = 0;
    if (!file) return hb_fail(err, HB_INPUT, "bad-note", "%s", say(r, "no file was sent"));
    pthread_mutex_lock(web_store_turn(r->site->store));
    register_log *log = to_write(r, err);
    bool ok = log && register_cosign(log, file->value, &n, err);
    register_close(log);
    pthread_mutex_unlock(web_store_turn(r->site->store));
    if (!ok) return false;
    html_put_say(out, HTML_H1, NULL, say(r, "Cosign the register's state"));
    html_open(out, HTML_P);
    html_textf(out, say(r, "%u cosignatures taken."), n);
    html_close(out, HTML_P);
    html_open(out, HTML_P);
    html_link(out, web_address(r, "/cosign"), "usa-link", hb_str_from(say(r, "The state now")));
    html_close(out, HTML_P);
    return true;
}
