// One entry of the register with its proof, and what its checkpoint is worth. Who is held where
// stands in page_roster.c, one person's entries in page_custody.c, the alarms in page_alarms.c.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

// What the checkpoint is worth, under every answer of the register.
bool web_log_line(web_request *r, html *out, register_log *log, hb_error *err) {
    hb_str note;
    proof_standing standing;
    if (!register_checkpoint(log, r->arena, &note, &standing, err)) return false;
    if (register_is_rolled_back(log))
        web_alert(
            out, "error", say(r, "ROLLED BACK"),
            say(r, "This copy is older than a checkpoint that was signed. Do not rely on it."));
    html_open(out, HTML_P);
    html_textf(out, say(r, "Log: %llu entries, cosigned by %u of %u witnesses: "),
               (unsigned long long)register_size(log), standing.n_cosigned, standing.n_witnesses);
    html_say(out, standing.is_witnessed ? say(r, "independently witnessed")
                                        : say(r, "not independently witnessed"));
    if (web_may(r, WEB_READ_ENTRY) && !hb_str_equal(r->path, HB_STR("/register/check"))) {
        html_say(out, ". ");
        html_link(out, web_address(r, "/register/check"), "usa-link",
                  hb_str_from(say(r, "Was it altered?")));
    }
    html_close(out, HTML_P);
    web_live_line(r, out, log);
    return true;
}

// ---- one entry and its proof -------------------------------------------------------------------

static bool entry_number(const web_request *r, uint64_t *event) {
    return proof_uint_read(web_part(r, 0), event);
}

// The demonstration's tampering: a copy with one byte changed, for the page that checks copies to
// refuse.
static void altered_link(const web_request *r, html *out, uint64_t event) {
    html_open(out, HTML_P);
    html_link(out, web_address(r, "/register/events/%llu/altered", (unsigned long long)event),
              "usa-button usa-button--outline",
              hb_str_from(say(r, "Demonstration: a copy of the entry with one byte changed")));
    html_say(out, " ");
    html_say(
        out,
        say(r,
            "Save it with the proof and the keys, and check: the register itself stays as it is."));
    html_close(out, HTML_P);
}

bool web_page_entry(web_request *r, html *out, hb_error *err) {
    uint64_t event = 0;
    hb_text proof = {0}, entry = {0};
    register_log *log = web_register(r, err);
    if (!log) return false;
    if (!entry_number(r, &event) || event >= register_size(log)) return web_not_found(r);
    bool ok = register_prove(log, event, &proof, &entry, err);
    if (ok) {
        html_open(out, HTML_H1);
        html_textf(out, "%s %llu", say(r, "Entry"), (unsigned long long)event);
        html_close(out, HTML_H1);
        ok = web_log_line(r, out, log, err);
        html_put_say(out, HTML_P, NULL,
                     say(r,
                         "An entry holds commitments, no person, place or officer. With these "
                         "two files and the keys anybody can check that it stands in the log."));
        html_open(out, HTML_P);
        html_link(out, web_address(r, "/register/events/%llu/proof", (unsigned long long)event),
                  "usa-button usa-button--outline", hb_str_from(say(r, "The proof")));
        html_say(out, " ");
        html_link(out, web_address(r, "/register/events/%llu/entry", (unsigned long long)event),
                  "usa-button usa-button--outline", hb_str_from(say(r, "The entry")));
        html_say(out, " ");
        html_link(out, web_address(r, "/register/keys"), "usa-button usa-button--outline",
                  hb_str_from(say(r, "The keys")));
        html_say(out, " ");
        html_link(out, web_address(r, "/verify"), "usa-button usa-button--outline",
                  hb_str_from(say(r, "Check a copy")));
        html_close(out, HTML_P);
        html_put_say(out, HTML_P, NULL,
                     say(r,
                         "Keys that come from here show only that the copy is of this server. "
                         "Compare them with a printed list, or take a witness' own copy."));
        if (r->site->options->is_demo) altered_link(r, out, event);
        html_put(out, HTML_PRE, NULL, (hb_str){entry.at, entry.n});
        html_put(out, HTML_PRE, NULL, (hb_str){proof.at, proof.n});
    }
    hb_text_clear(&proof);
    hb_text_clear(&entry);
    return ok;
}

static bool give_file(web_request *r, hb_text *out, bool is_entry, hb_error *err) {
    uint64_t event = 0;
    hb_text proof = {0}, entry = {0};
    register_log *log = web_register(r, err);
    if (!log) return false;
    if (!entry_number(r, &event) || event >= register_size(log)) {
        r->status = 404;
        return false;
    }
    bool ok = register_prove(log, event, &proof, &entry, err) &&
              (hb_str_format(r->arena, &r->file_name, "entry-%llu.tlog-proof%s",
                             (unsigned long long)event, is_entry ? ".entry" : "") ||
               hb_out_of_memory(err));
    const hb_text *from = is_entry ? &entry : &proof;
    if (ok) hb_text_add(out, (hb_str){from->at, from->n});
    r->content_type = HB_STR("application/octet-stream");
    hb_text_clear(&proof);
    hb_text_clear(&entry);
    return ok;
}

bool web_data_altered(web_request *r, hb_text *out, hb_error *err) {
    if (!r->site->options->is_demo) {
        r->status = 404;
        return false;
    }
    if (!give_file(r, out, true, err)) return false;
    if (out->n) out->at[out->n / 2] ^= 1;
    return true;
}

// The policy a verifier takes: the log's key and its witnesses'.
bool web_data_keys(web_request *r, hb_text *out, hb_error *err) {
    register_log *log = web_register(r, err);
    if (!log) return false;
    hb_text_add(out, register_policy_text(log));
    r->content_type = HB_STR("text/plain; charset=utf-8");
    r->file_name = HB_STR("policy");
    return !out->failed || hb_out_of_memory(err);
}

bool web_data_proof(web_request *r, hb_text *out, hb_error *err) {
    return give_file(r, out, false, err);
}

bool web_data_entry(web_request *r, hb_text *out, hb_error *err) {
    return give_file(r, out, true, err);
}
