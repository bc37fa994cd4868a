// The demonstration: one known account a role, their codes shown on /demo, five questions to begin
// with. Only a server that listens on this machine alone may be one (serve.c).
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

static const web_demo_row ROWS[] = {
  // name, role, party, own persons, own place, the question it is for
    {"clerk",      "registry_clerk",   "sender", "",                        "",
     WORDS_LATER("Who on this list may not be sent, and why?"),
     WORDS_LATER("This transfer must not take place on this record.")                                                                                      },
    {"second",     "second_checker",   "sender", "",                        "",           NULL,                                                        NULL},
    {"counsel",    "counsel",          "",       "P-001 P-004 P-015",       "",
     WORDS_LATER("What is missing for my client?"),
     WORDS_LATER("questions without an established answer")                                                                                                },
    {"family",     "family",           "",       "P-001",                   "",           WORDS_LATER("Where is he?"),
     WORDS_LATER("Last seen in person")                                                                                                                    },
    {"budget",     "budget",           "sender", "",                        "",           WORDS_LATER("Does the fee sustain the prisons?"),
     WORDS_LATER("REFUTED")                                                                                                                                },
    {"auditor",    "auditor",          "",       "",                        "",           WORDS_LATER("Was the register altered, and who read what?"),
     WORDS_LATER("ALTERED")                                                                                                                                },
    {"court",      "court",            "sender", "P-001 P-002 P-003 P-015", "",           NULL,                                                        NULL},
    {"person",     "person",           "",       "P-001",                   "",           NULL,                                                        NULL},
    {"officer",    "facility_officer", "host",   "",                        "CECOT DGCP", NULL,                                                        NULL},
    {"escort",     "escort",           "sender", "P-001 P-002",             "",           NULL,                                                        NULL},
    {"health",     "health",           "host",   "",                        "CECOT",      NULL,                                                        NULL},
    {"consulate",  "consulate",        "",       "P-001 P-002",             "",           NULL,                                                        NULL},
    {"inspector",  "inspector",        "",       "",                        "",           NULL,                                                        NULL},
    {"ministry",   "ministry",         "host",   "",                        "",           NULL,                                                        NULL},
    {"author",     "rule_author",      "",       "",                        "",           NULL,                                                        NULL},
    {"reviewer",   "rule_reviewer",    "",       "",                        "",           NULL,                                                        NULL},
    {"witness",    "witness",          "",       "",                        "",           NULL,                                                        NULL},
    {"operator",   "operator",         "",       "",                        "",           NULL,                                                        NULL},
    {"operator-2", "operator",         "",       "",                        "",           NULL,                                                        NULL},
};

uint32_t web_demo_n(void) {
    return sizeof ROWS / sizeof ROWS[0];
}

const web_demo_row *web_demo_at(uint32_t i) {
    return &ROWS[i];
}

const char *web_demo_password(void) {
    return "demonstration only";
}

void web_demo_secret(const char *name, uint8_t secret[WEB_TOTP_BYTES]) {
    char text[128];
    int n = snprintf(text, sizeof text, "habeas demonstration %s", name);
    hb_hash hash = hb_sha256(text, (size_t)n);
    memcpy(secret, hash.bytes, WEB_TOTP_BYTES);
}

static bool note_account(void *to, const web_cell *row, uint32_t n) {
    (void)row;
    (void)n;
    *(bool *)to = true;
    return false;
}

bool web_demo_accounts(web_store *store, hb_instant now, hb_error *err) {
    for (uint32_t i = 0; i < web_demo_n(); i++) {
        uint8_t secret[WEB_TOTP_BYTES];
        bool is_there = false;
        web_new_account account = {.name = hb_str_from(ROWS[i].name),
                                   .role = hb_str_from(ROWS[i].role),
                                   .party = hb_str_from(ROWS[i].party),
                                   .people = hb_str_from(ROWS[i].people),
                                   .place = hb_str_from(ROWS[i].place),
                                   .password = hb_str_from(web_demo_password()),
                                   .by = HB_STR("demonstration")};
        if (!web_store_run(store, "SELECT 1 FROM account WHERE name = ?",
                           (web_cell[]){WEB_T(account.name)}, 1, note_account, &is_there, NULL,
                           err)) {
            return false;
        }
        web_demo_secret(ROWS[i].name, secret);
        if (!is_there && !web_account_store(store, &account, true, now, secret, err)) return false;
    }
    return true;
}

void web_demo_text(hb_text *out, hb_instant now) {
    hb_text_addf(out, "%-12s%-18s%-34s%s\n", "sign in as", "role", "secret of the code app",
                 "code now");
    for (uint32_t i = 0; i < web_demo_n(); i++) {
        uint8_t secret[WEB_TOTP_BYTES];
        char shown[64], code[8];
        web_demo_secret(ROWS[i].name, secret);
        web_base32(secret, sizeof secret, shown);
        web_totp_code(secret, now.seconds, code);
        hb_text_addf(out, "%-12s%-18s%-34s%s\n", ROWS[i].name, ROWS[i].role, shown, code);
    }
    hb_text_addf(out, "the password of all of them: %s\n", web_demo_password());
}

// ---- the page ----------------------------------------------------------------------------------

static void questions(const web_request *r, html *out) {
    html_put_say(out, HTML_H2, NULL, say(r, "Five questions to begin with"));
    html_open(out, HTML_OL);
    for (uint32_t i = 0; i < web_demo_n(); i++) {
        web_role role;
        if (!ROWS[i].question_en || !web_role_find(hb_str_from(ROWS[i].role), &role)) continue;
        html_open(out, HTML_LI);
        html_put_say(out, HTML_STRONG, NULL, words_of(r, ROWS[i].question_en));
        html_textf(out, " %s ", say(r, "Sign in as"));
        html_link(out, web_address(r, "/sign-in?name=%s", ROWS[i].name), "usa-link",
                  hb_str_from(ROWS[i].name));
        html_textf(out, " (%s). %s ", words_of(r, web_role_words(role)),
                   say(r, "You have found it when you read:"));
        html_put_say(out, HTML_Q, NULL, words_of(r, ROWS[i].proof_en));
        html_close(out, HTML_LI);
    }
    html_close(out, HTML_OL);
    html_put_say(
        out, HTML_P, NULL,
        say(r,
            "To see an altered copy found out: open an entry of the register as the auditor, save "
            "its proof, the keys and the copy with one byte changed, and check them."));
}

static void sign_ins(const web_request *r, html *out) {
    const char *const heads[] = {say(r, "Name"), say(r, "Role"), say(r, "Code now")};
    web_open_columns(out, say(r, "Sign-ins of the demonstration"), NULL, heads, 3, 3);
    for (uint32_t i = 0; i < web_demo_n(); i++) {
        uint8_t secret[WEB_TOTP_BYTES];
        char code[8];
        web_role role = WEB_PUBLIC;
        (void)web_role_find(hb_str_from(ROWS[i].role), &role);
        web_demo_secret(ROWS[i].name, secret);
        web_totp_code(secret, r->now.seconds, code);
        html_open(out, HTML_TR);
        html_open(out, HTML_TH);
        html_attribute(out, "scope", HB_STR("row"));
        html_link(out, web_address(r, "/sign-in?name=%s", ROWS[i].name), "usa-link",
                  hb_str_from(ROWS[i].name));
        html_close(out, HTML_TH);
        html_put_say(out, HTML_TD, NULL, words_of(r, web_role_words(role)));
        html_put_say(out, HTML_TD, "hb-code", code);
        html_close(out, HTML_TR);
    }
    web_close_table(out);
}

bool web_page_demo(web_request *r, html *out, hb_error *err) {
    (void)err;
    if (!r->site->options->is_demo) return web_not_found(r);
    html_put_say(out, HTML_H1, NULL, say(r, "Demonstration"));
    html_open(out, HTML_DIV);
    html_class(out, "usa-summary-box");
    html_open(out, HTML_DIV);
    html_class(out, "usa-summary-box__body");
    html_put_say(
        out, HTML_P, NULL,
        say(r,
            "The offer of 3 February 2025 and what became public of it. Each sign-in below "
            "sees what its role may see, and no more."));
    html_open(out, HTML_P);
    html_textf(out, "%s ", say(r, "The password of all of them:"));
    html_put_say(out, HTML_CODE, NULL, web_demo_password());
    html_say(out, ". ");
    html_say(out,
             say(r,
                 "The code changes every 30 seconds and counts once; load this page again for a "
                 "new one."));
    html_close(out, HTML_P);
    html_close(out, HTML_DIV);
    html_close(out, HTML_DIV);
    questions(r, out);
    sign_ins(r, out);
    return true;
}

// The page that checks a copy is one file that can be saved: it stands among the styles.
bool web_page_verify(web_request *r, html *out, hb_error *err) {
    (void)out;
    if (!r->site->assets.n) return web_not_found(r);
    r->status = 303;
    return hb_str_format(r->arena, &r->location, "/assets/%s/verify/verify.html",
                         r->site->assets.version) ||
           hb_out_of_memory(err);
}
