// What stands around every page (UX section 4): skip link, the thin bar with agreement and
// language, the navigation with only what the role may open, the breadcrumb, and the strip at the
// foot that says what the page rests on.
#include <stdio.h>
#include <string.h>

#include "web/site.h"

// Seven links at most; the first rows win. Own cases is for those who see only their own.
static const struct {
    const char *words, *address;
    web_act act;
} LINKS[] = {
    {WORDS_LATER("Board"),               "/board",        WEB_READ_BOARD           },
    {WORDS_LATER("Own cases"),           "/own",          WEB_READ_PERSON          },
    {WORDS_LATER("Lists"),               "/lists",        WEB_READ_LIST            },
    {WORDS_LATER("Register"),            "/register",     WEB_READ_REGISTER        },
    {WORDS_LATER("Alarms"),              "/alarms",       WEB_READ_ALARMS          },
    {WORDS_LATER("Health"),              "/health",       WEB_WRITE_HEALTH         },
    {WORDS_LATER("Second check"),        "/second-check", WEB_SECOND_CHECK         },
    {WORDS_LATER("Facilities"),          "/facilities",   WEB_READ_FACILITY        },
    {WORDS_LATER("Money"),               "/money",        WEB_READ_MONEY           },
    {WORDS_LATER("Rulebook"),            "/rulebook",     WEB_READ_RULEBOOK        },
    {WORDS_LATER("Compare"),             "/compare",      WEB_COMPARE_RULEBOOKS    },
    {WORDS_LATER("Handovers"),           "/handovers",    WEB_HAND_OVER            },
    {WORDS_LATER("Record"),              "/record",       WEB_RECORD_EVENT         },
    {WORDS_LATER("Copies"),              "/export",       WEB_EXPORT               },
    {WORDS_LATER("Audit"),               "/audit",        WEB_READ_AUDIT           },
    {WORDS_LATER("Administration"),      "/admin",        WEB_ADMIN_PEOPLE         },
    {WORDS_LATER("Keys"),                "/admin/keys",   WEB_ADMIN_KEYS           },
    {WORDS_LATER("Tokens"),              "/admin/tokens", WEB_ADMIN_TOKENS         },
    {WORDS_LATER("State"),               "/admin/state",  WEB_READ_HEALTH_OF_SERVER},
    {WORDS_LATER("Cosign"),              "/cosign",       WEB_COSIGN               },
    {WORDS_LATER("Where the person is"), "/whereabouts",  WEB_LOCATE               },
    {WORDS_LATER("Where is a person"),   "/locate",       WEB_LOCATE               },
    {WORDS_LATER("Check a copy"),        "/verify",       WEB_VERIFY               },
};
enum { LINKS_SHOWN = 7 };

static bool has_link(const web_request *r, size_t i) {
    web_grant grant = web_role_grant(r->account.role, LINKS[i].act);
    bool is_own = strcmp(LINKS[i].address, "/own") == 0;
    if (strcmp(LINKS[i].address, "/whereabouts") == 0) return r->account.token[0] != '\0';
    return is_own ? grant == WEB_OWN && web_has_own_people(r) : grant != WEB_NOTHING;
}

void web_all_links(const web_request *r, html *out) {
    html_open(out, HTML_UL);
    for (size_t i = 0; i < sizeof LINKS / sizeof LINKS[0]; i++) {
        if (!has_link(r, i)) continue;
        html_open(out, HTML_LI);
        html_link(out, web_address(r, "%s", LINKS[i].address), "usa-link",
                  hb_str_from(words_of(r, LINKS[i].words)));
        html_close(out, HTML_LI);
    }
    html_close(out, HTML_UL);
}

static const char *title_of(const web_request *r) {
    return r->route ? words_of(r, r->route->title) : say(r, "No such page");
}

static void style_sheet(const web_request *r, html *out, const char *name) {
    html_open(out, HTML_LINK);
    html_attribute(out, "rel", HB_STR("stylesheet"));
    html_attributef(out, "href", "/assets/%s/%s", r->site->assets.version, name);
}

static void head(const web_request *r, html *out) {
    html_open(out, HTML_HEAD);
    html_open(out, HTML_META);
    html_attribute(out, "charset", HB_STR("utf-8"));
    html_open(out, HTML_META);
    html_attribute(out, "name", HB_STR("viewport"));
    html_attribute(out, "content", HB_STR("width=device-width, initial-scale=1"));
    if (r->refresh_seconds) {
        html_open(out, HTML_META);
        html_attribute(out, "http-equiv", HB_STR("refresh"));
        html_attributef(out, "content", "%u", r->refresh_seconds);
    }
    html_open(out, HTML_TITLE);
    if (r->status >= 400) html_say(out, say(r, "Error: "));
    if (r->title.n) {
        html_text(out, r->title);
    } else {
        html_say(out, title_of(r));
    }
    html_say(out, " · habeas");
    html_close(out, HTML_TITLE);
    if (r->site->assets.n) {
        style_sheet(r, out, "css/styles.css");
        style_sheet(r, out, "habeas.css");
        html_open(out, HTML_LINK);
        html_attribute(out, "rel", HB_STR("icon"));
        html_attributef(out, "href", "/assets/%s/icon.svg", r->site->assets.version);
        if (r->script) {
            html_open(out, HTML_SCRIPT);
            html_attributef(out, "src", "/assets/%s/%s", r->site->assets.version, r->script);
            html_flag(out, "defer");
            html_close(out, HTML_SCRIPT);
        }
    }
    html_close(out, HTML_HEAD);
}

// The same page in the other language, written in that language.
static void language_link(const web_request *r, html *out) {
    bool is_english = r->language == WORDS_EN;
    hb_text address = {0};
    hb_text_addf(&address, "/%s%.*s", is_english ? "es" : "en", (int)r->path.n, r->path.at);
    for (uint32_t i = 0; i < r->n_query; i++) {
        hb_text_addf(&address, i ? "&" : "?");
        html_url_add(&address, r->query[i].name);
        hb_text_addf(&address, "=");
        html_url_add(&address, r->query[i].value);
    }
    html_open(out, HTML_A);
    html_attribute(out, "href", (hb_str){address.at, address.n});
    html_attribute(out, "hreflang", is_english ? HB_STR("es") : HB_STR("en"));
    html_lang(out, is_english ? HB_STR("es") : HB_STR("en"));
    html_class(out, "usa-button usa-button--outline hb-language");
    html_say(out, is_english ? "Español" : "English");
    html_close(out, HTML_A);
    hb_text_clear(&address);
}

static void top_bar(web_request *r, html *out) {
    html_open(out, HTML_DIV);
    html_class(out, "hb-bar");
    html_open(out, HTML_P);
    html_class(out, "hb-bar__agreement");
    if (r->site->agreement_title.n) {
        html_open(out, HTML_SPAN);
        html_lang(out, HB_STR("en"));
        html_text(out, r->site->agreement_title);
        html_close(out, HTML_SPAN);
        if (r->site->n_lists) {
            html_say(out, " · ");
            html_say(out, say(r, "as of"));
            html_say(out, " ");
            web_date(r, out, r->site->lists[r->site->n_lists - 1]->page.as_of);
        }
    } else {
        html_say(out, "habeas");
    }
    html_close(out, HTML_P);
    html_open(out, HTML_DIV);
    html_class(out, "hb-bar__acts");
    if (r->account.role != WEB_PUBLIC) {
        html_open(out, HTML_SPAN);
        html_class(out, "hb-bar__who");
        html_link(out, web_address(r, "/me"), NULL, hb_str_from(r->account.name));
        html_say(out, " · ");
        html_say(out, words_of(r, web_role_words(r->account.role)));
        html_close(out, HTML_SPAN);
        web_open_form(r, out, web_address(r, "/sign-out"), "hb-inline");
        web_button(r, out, say(r, "Sign out"), "hb-text-button");
        html_close(out, HTML_FORM);
    } else {
        html_link(out, web_address(r, "/sign-in"), "usa-link", hb_str_from(say(r, "Sign in")));
    }
    language_link(r, out);
    html_close(out, HTML_DIV);
    html_close(out, HTML_DIV);
}

static bool is_here(const web_request *r, const char *address) {
    hb_str prefix = hb_str_from(address);
    return hb_str_starts(r->path, prefix) && (r->path.n == prefix.n || r->path.at[prefix.n] == '/');
}

static void navigation(const web_request *r, html *out) {
    int shown = 0;
    html_open(out, HTML_DIV);
    html_class(out, "usa-header usa-header--basic");
    html_open(out, HTML_DIV);
    html_class(out, "usa-nav-container");
    html_open(out, HTML_DIV);
    html_class(out, "usa-navbar");
    html_open(out, HTML_DIV);
    html_class(out, "usa-logo");
    html_link(out, web_address(r, "/"), "usa-logo__text", HB_STR("habeas"));
    html_close(out, HTML_DIV);
    html_close(out, HTML_DIV);
    html_open(out, HTML_NAV);
    html_attribute(out, "aria-label", hb_str_from(say(r, "Main")));
    html_class(out, "usa-nav hb-nav");
    html_open(out, HTML_UL);
    html_class(out, "usa-nav__primary");
    for (size_t i = 0; i < sizeof LINKS / sizeof LINKS[0] && shown < LINKS_SHOWN; i++) {
        if (!has_link(r, i)) continue;
        shown++;
        html_open(out, HTML_LI);
        html_class(out, "usa-nav__primary-item");
        html_open(out, HTML_A);
        html_attribute(out, "href", web_address(r, "%s", LINKS[i].address));
        html_class(out, is_here(r, LINKS[i].address) ? "usa-nav-link usa-current" : "usa-nav-link");
        if (is_here(r, LINKS[i].address)) html_attribute(out, "aria-current", HB_STR("page"));
        html_put_say(out, HTML_SPAN, NULL, words_of(r, LINKS[i].words));
        html_close(out, HTML_A);
        html_close(out, HTML_LI);
    }
    html_open(out, HTML_LI);
    html_class(out, "usa-nav__primary-item");
    html_open(out, HTML_A);
    html_attribute(out, "href", web_address(r, "/help"));
    html_class(out, "usa-nav-link");
    html_put_say(out, HTML_SPAN, NULL, say(r, "Help"));
    html_close(out, HTML_A);
    html_close(out, HTML_LI);
    html_close(out, HTML_UL);
    html_close(out, HTML_NAV);
    html_close(out, HTML_DIV);
    html_close(out, HTML_DIV);
}

// From the address: /lists/L-7/errors stands under /lists/L-7, under /lists.
static void breadcrumb(const web_request *r, html *out) {
    if (r->account.role == WEB_PUBLIC || r->status >= 400) return;
    html_open(out, HTML_NAV);
    html_class(out, "usa-breadcrumb");
    html_attribute(out, "aria-label", hb_str_from(say(r, "Where you are")));
    html_open(out, HTML_OL);
    html_class(out, "usa-breadcrumb__list");
    html_open(out, HTML_LI);
    html_class(out, "usa-breadcrumb__list-item");
    html_link(out, web_address(r, "%s", web_role_start(r->account.role)), "usa-breadcrumb__link",
              hb_str_from(say(r, "Start")));
    html_close(out, HTML_LI);
    for (size_t i = 0; i < sizeof LINKS / sizeof LINKS[0]; i++) {
        bool is_parent = is_here(r, LINKS[i].address) && strlen(LINKS[i].address) < r->path.n;
        if (!is_parent || !has_link(r, i)) continue;
        html_open(out, HTML_LI);
        html_class(out, "usa-breadcrumb__list-item");
        html_link(out, web_address(r, "%s", LINKS[i].address), "usa-breadcrumb__link",
                  hb_str_from(words_of(r, LINKS[i].words)));
        html_close(out, HTML_LI);
    }
    html_open(out, HTML_LI);
    html_class(out, "usa-breadcrumb__list-item usa-current");
    html_attribute(out, "aria-current", HB_STR("page"));
    if (r->title.n) {
        html_text(out, r->title);
    } else {
        html_say(out, title_of(r));
    }
    html_close(out, HTML_LI);
    html_close(out, HTML_OL);
    html_close(out, HTML_NAV);
}

// In time for whoever writes in a form, and without a script: a page cannot know that it was left.
static void session_line(const web_request *r, html *out) {
    if (!r->has_session) return;
    html_open(out, HTML_P);
    html_class(out, "hb-session");
    html_say(out, say(r, "You are signed in until "));
    web_time(r, out, r->session_until);
    html_say(out, say(r,
                      ", longer when you open another page, twelve hours in all. Send what you are "
                      "writing before it ends."));
    html_close(out, HTML_P);
}

static void strip(const web_request *r, html *out) {
    const rulebook *rb = r->site->rb;
    char hex[65];
    html_open(out, HTML_FOOTER);
    html_class(out, "hb-strip");
    html_open(out, HTML_P);
    html_say(out, say(r, "Rests on:"));
    html_textf(out, " %s %.*s %.*s", say(r, "rulebook"), (int)rulebook_name(rb).n,
               rulebook_name(rb).at, (int)rulebook_version(rb).n, rulebook_version(rb).at);
    hb_hash_hex(rulebook_hash(rb), hex);
    html_textf(out, " (%.8s…)", hex);
    if (r->site->n_lists) {
        const web_list *list = r->site->lists[r->site->n_lists - 1];
        hb_hash_hex(list->sha256, hex);
        html_textf(out, " · %s %.8s…", say(r, "list"), hex);
        if (!list->page.signatures.is_signed) html_textf(out, " · %s", GATE_STAMP);
    }
    if (r->worker && r->worker->log) {
        html_textf(out, " · %s %llu", say(r, "register, entries:"),
                   (unsigned long long)register_size(r->worker->log));
    }
    html_close(out, HTML_P);
    html_put_say(out, HTML_P, NULL,
                 say(r, "NO BAR FOUND is not permission. habeas decides nothing by itself."));
    session_line(r, out);
    html_close(out, HTML_FOOTER);
}

// Verdicts hold for the day of their list. On any later day the pages that show them say so first,
// and print it on each sheet.
static void stale_bar(web_request *r, html *out) {
    static const char *const SHOWN_ON[] = {"/lists", "/people", "/own", "/board"};
    hb_date today;
    bool shows = false;
    for (size_t i = 0; i < sizeof SHOWN_ON / sizeof SHOWN_ON[0]; i++)
        shows = shows || is_here(r, SHOWN_ON[i]);
    if (!shows || r->status >= 400 || !r->site->n_lists ||
        !hb_date_from_days(r->now.seconds / 86400, &today))
        return;
    hb_date as_of = r->site->lists[r->site->n_lists - 1]->page.as_of;
    int64_t days = hb_date_to_days(today) - hb_date_to_days(as_of);
    if (days <= 0) return;
    html_open(out, HTML_DIV);
    html_class(out, "usa-alert usa-alert--warning usa-alert--slim hb-stale");
    html_open(out, HTML_DIV);
    html_class(out, "usa-alert__body");
    html_open(out, HTML_P);
    html_class(out, "usa-alert__text");
    html_put_say(out, HTML_STRONG, NULL, say(r, "STALE"));
    html_say(out, ": ");
    html_textf(out, say(r, "what stands here is of %lld days ago, "), (long long)days);
    web_date(r, out, as_of);
    html_say(out, say(r, ". Do not rely on it today."));
    html_close(out, HTML_P);
    html_close(out, HTML_DIV);
    html_close(out, HTML_DIV);
}

void web_shell(web_request *r, html *out, html *content) {
    html_document(out, words_language_name(r->language));
    head(r, out);
    html_open(out, HTML_BODY);
    html_link(out, HB_STR("#main"), "usa-skipnav", hb_str_from(say(r, "Skip to the content")));
    html_open(out, HTML_HEADER);
    if (r->site->options->is_demo) {
        html_open(out, HTML_DIV);
        html_class(out, "hb-demo");
        html_attribute(out, "role", HB_STR("note"));
        html_say(out, say(r,
                          "Demonstration: known passwords, public cases, nothing real is decided "
                          "here."));
        html_close(out, HTML_DIV);
    }
    top_bar(r, out);
    navigation(r, out);
    html_close(out, HTML_HEADER);
    html_open(out, HTML_DIV);
    html_class(out, "grid-container");
    breadcrumb(r, out);
    web_summary(r, out);
    html_open(out, HTML_MAIN);
    html_id(out, HB_STR("main"));
    html_attribute(out, "tabindex", HB_STR("-1"));
    stale_bar(r, out);
    html_include(out, content);
    html_close(out, HTML_MAIN);
    strip(r, out);
    html_close(out, HTML_DIV);
    html_close(out, HTML_BODY);
    html_close(out, HTML_HTML);
}
