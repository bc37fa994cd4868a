// The workbook for a budget office, and the one door to libxlsxwriter. Where an officer would
// check, a cell holds the formula and not only the value: totals are sums of lines, prices a day
// are quotients, months add up. Formulas carry the value computed here, so a viewer that does not
// calculate shows it too. The first case is the workbook's; the others have a row each.
#include <math.h>
#include <stdio.h>
#include <xlsxwriter.h>

#include "money/report.h"

typedef struct {
    lxw_workbook *book;
    words_language language;
    lxw_format *bold, *money, *share;
    const money_report *report;
    const money_result *r;
    lxw_row_t last_line;  // of sheet Lines
    lxw_row_t last_host_line;
} sheet;

static void put_text(lxw_worksheet *page, lxw_row_t row, lxw_col_t col, hb_str text,
                     lxw_format *format) {
    char buffer[600];
    snprintf(buffer, sizeof buffer, "%.*s", MONEY_TEXT(text));
    worksheet_write_string(page, row, col, buffer, format);
}

static void put_words(const sheet *s, lxw_worksheet *page, lxw_row_t row, const char *const *words,
                      uint32_t n, lxw_format *format) {
    for (uint32_t i = 0; i < n; i++)
        worksheet_write_string(page, row, (lxw_col_t)i, words_in(s->language, words[i]), format);
}

static void put_number(lxw_worksheet *page, lxw_row_t row, lxw_col_t col, double x,
                       lxw_format *format) {
    if (isfinite(x) && fabs(x) < 1e14)
        worksheet_write_number(page, row, col, x, format);
    else
        worksheet_write_string(page, row, col, "-", NULL);
}

// Lines paid by one side, from `row` on; gives the row of the sum.
static lxw_row_t put_lines(sheet *s, lxw_worksheet *page, lxw_row_t row, bool is_host) {
    const money_scenario *sc = s->report->scenario;
    lxw_row_t first = row;
    double sum = 0;
    char formula[80];
    for (uint32_t l = 0; l < sc->n_lines; l++) {
        const money_line *line = &sc->lines[l];
        if (line->is_paid_by_host != is_host) continue;
        put_text(page, row, 0, line->name, NULL);
        put_text(page, row, 1, line->group, NULL);
        put_text(page, row, 2, is_host ? sc->host : sc->sender, NULL);
        put_text(page, row, 3,
                 line->is_paid_to_host ? sc->host : hb_str_from(words_in(s->language, "others")),
                 NULL);
        worksheet_write_string(page, row, 4, money_driver_name(line->driver), NULL);
        worksheet_write_string(
            page, row, 5,
            words_in(s->language, money_driver_is_fixed(line->driver) ? WORDS_LATER("fixed")
                                                                      : WORDS_LATER("variable")),
            NULL);
        put_number(page, row, 6, s->r->line_mean[l], s->money);
        put_text(page, row, 7, line->source, NULL);
        sum += s->r->line_mean[l];
        row++;
    }
    worksheet_write_string(
        page, row, 0,
        words_in(s->language, is_host ? WORDS_LATER("all that the host spends (mean)")
                                      : WORDS_LATER("all that the sender pays (mean)")),
        s->bold);
    if (row > first) {
        snprintf(formula, sizeof formula, "=SUM(G%u:G%u)", first + 1, row);
        worksheet_write_formula_num(page, row, 6, formula, s->money, sum);
    } else {
        worksheet_write_number(page, row, 6, 0, s->money);
    }
    return row;
}

static void lines_sheet(sheet *s) {
    static const char *const HEAD[] = {WORDS_LATER("line"),
                                       WORDS_LATER("group"),
                                       WORDS_LATER("payer"),
                                       WORDS_LATER("receiver"),
                                       WORDS_LATER("driver"),
                                       WORDS_LATER("kind"),
                                       WORDS_LATER("mean of all draws"),
                                       WORDS_LATER("source")};
    lxw_worksheet *page = workbook_add_worksheet(s->book, words_in(s->language, "Lines"));
    worksheet_set_column(page, 0, 0, 36, NULL);
    worksheet_set_column(page, 1, 5, 16, NULL);
    worksheet_set_column(page, 6, 6, 20, NULL);
    worksheet_set_column(page, 7, 7, 40, NULL);
    put_words(s, page, 0, HEAD, 8, s->bold);
    worksheet_freeze_panes(page, 1, 0);
    s->last_line = put_lines(s, page, 1, false);
    s->last_host_line = put_lines(s, page, s->last_line + 2, true);
}

static void put_spread(sheet *s, lxw_worksheet *page, lxw_row_t row, const char *name,
                       const money_spread *x, lxw_format *format) {
    const double parts[] = {x->mean, x->error, x->p05, x->p10, x->p50, x->p80, x->p90, x->p95};
    worksheet_write_string(page, row, 0, words_in(s->language, name), NULL);
    for (uint32_t i = 0; i < 8; i++) put_number(page, row, (lxw_col_t)(i + 1), parts[i], format);
}

static void summary_sheet(sheet *s, lxw_worksheet *page) {
    static const char *const HEAD[] = {
        "",   WORDS_LATER("mean"), WORDS_LATER("standard error"), "p05", "p10", "p50", "p80", "p90",
        "p95"};
    const money_result *r = s->r;
    const money_scenario *sc = s->report->scenario;
    char text[300], formula[120];
    const struct {
        const char *name;
        const money_spread *x;
    } ROWS[] = {
        {WORDS_LATER("all that the sender pays"), &r->spread[MONEY_all_in]         },
        {WORDS_LATER("fee"),                      &r->spread[MONEY_fee]            },
        {WORDS_LATER("saved, marginal cost"),     &r->spread[MONEY_saving_marginal]},
        {WORDS_LATER("saved, average cost"),      &r->spread[MONEY_saving_average] },
        {WORDS_LATER("host's gain"),              &r->spread[MONEY_host_gain]      },
        {WORDS_LATER("host's marginal cost"),     &r->spread[MONEY_host_marginal]  },
        {WORDS_LATER("person-days"),              &r->spread[MONEY_person_days]    },
        {WORDS_LATER("people sent"),              &r->spread[MONEY_sent]           },
        {WORDS_LATER("all-in a person-day"),      &r->day_all_in                   },
        {WORDS_LATER("fee a person-day"),         &r->day_fee                      },
        {WORDS_LATER("all-in a person sent"),     &r->person_all_in                }
    };
    worksheet_set_column(page, 0, 0, 44, NULL);
    worksheet_set_column(page, 1, 8, 16, NULL);
    put_text(page, 0, 0, sc->title, s->bold);
    snprintf(text, sizeof text,
             words_in(s->language, "%.*s; %llu draws, seed %llu; %.*s, prices of %d"),
             MONEY_TEXT(r->which->name), (unsigned long long)r->n_draws,
             (unsigned long long)s->report->request.seed, MONEY_TEXT(sc->currency), sc->price_year);
    worksheet_write_string(page, 1, 0, text, NULL);
    put_words(s, page, 3, HEAD, 9, s->bold);
    for (uint32_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        put_spread(s, page, 4 + i, ROWS[i].name, ROWS[i].x, s->money);
    lxw_row_t row = 17;
    worksheet_write_string(page, row++, 0, words_in(s->language, "Check these: live formulas"),
                           s->bold);
    const double total = r->spread[MONEY_all_in].mean, days = r->spread[MONEY_person_days].mean;
    const struct {
        const char *name, *formula;
        double value;
    } CHECKS[] = {
        {WORDS_LATER("mean total less the sum of its lines (0)"),  "",        0                          },
        {WORDS_LATER("mean total / mean person-days"),             "=B5/B11", days > 0 ? total / days : 0},
        {WORDS_LATER("mean fee / mean total"),                     "=B6/B5",
         total != 0 ? r->spread[MONEY_fee].mean / total : 0                                              },
        {WORDS_LATER("mean total less mean saving, marginal"),     "=B5-B7",
         total - r->spread[MONEY_saving_marginal].mean                                                   },
        {WORDS_LATER("mean total less mean saving, average"),      "=B5-B8",
         total - r->spread[MONEY_saving_average].mean                                                    },
        {WORDS_LATER("mean total less the sum of all months (0)"), "",        0                          }
    };
    for (uint32_t i = 0; i < sizeof CHECKS / sizeof CHECKS[0]; i++, row++) {
        worksheet_write_string(page, row, 0, words_in(s->language, CHECKS[i].name), NULL);
        snprintf(formula, sizeof formula, "%s", CHECKS[i].formula);
        if (i == 0)
            snprintf(formula, sizeof formula, "=B5-'%s'!G%u", words_in(s->language, "Lines"),
                     s->last_line + 1);
        if (i == 5)
            snprintf(formula, sizeof formula, "=B5-SUM('%s'!B2:B1000)",
                     words_in(s->language, "Months"));
        worksheet_write_formula_num(page, row, 1, formula, s->money, CHECKS[i].value);
    }
    row++;
    worksheet_write_string(page, row++, 0,
                           words_in(s->language, "Present value of all that the sender pays"),
                           s->bold);
    for (uint32_t k = 0; k < sc->n_rates; k++) {
        snprintf(text, sizeof text, words_in(s->language, "at %.*s: %.*s"),
                 MONEY_TEXT(sc->rates[k].text), MONEY_TEXT(sc->rates[k].name));
        put_spread(s, page, row++, text, &r->spread[MONEY_pv_sender_1 + k], s->money);
    }
    row++;
    if (s->report->request.people.is_known) {
        const money_people *list = &s->report->request.people;
        snprintf(text, sizeof text,
                 words_in(s->language,
                          "Of %llu people on the list, %llu BARRED, %llu UNRESOLVED, %llu with no "
                          "bar found (not permission).\n"),
                 (unsigned long long)list->n_people, (unsigned long long)list->n_barred,
                 (unsigned long long)list->n_unresolved, (unsigned long long)list->n_no_bar);
        worksheet_write_string(page, row++, 0, text, NULL);
    }
    worksheet_write_string(page, ++row, 0, words_in(s->language, "Other cases"), s->bold);
    for (uint32_t i = 1; i < s->report->n_cases; i++) {
        snprintf(text, sizeof text, words_in(s->language, "all-in: %.*s"),
                 MONEY_TEXT(s->report->cases[i].which->name));
        put_spread(s, page, ++row, text, &s->report->cases[i].spread[MONEY_all_in], s->money);
    }
}

static void months_sheet(sheet *s) {
    static const char *const HEAD[] = {WORDS_LATER("month"),
                                       WORDS_LATER("sender pays, mean"),
                                       "p05",
                                       "p95",
                                       WORDS_LATER("host gains, mean"),
                                       "p05",
                                       "p95",
                                       WORDS_LATER("sender, so far")};
    lxw_worksheet *page = workbook_add_worksheet(s->book, words_in(s->language, "Months"));
    double sum = 0;
    worksheet_set_column(page, 0, 7, 18, NULL);
    put_words(s, page, 0, HEAD, 8, s->bold);
    for (uint32_t m = 0; m < s->r->n_months; m++) {
        char text[40];
        hb_date day = s->report->scenario->start;
        (void)hb_date_add_months(s->report->scenario->start, m, &day);
        snprintf(text, sizeof text, "%04d-%02d", day.year, day.month);
        worksheet_write_string(page, m + 1, 0, text, NULL);
        const double parts[] = {s->r->sender_mean[m], s->r->sender_p05[m], s->r->sender_p95[m],
                                s->r->host_mean[m],   s->r->host_p05[m],   s->r->host_p95[m]};
        for (uint32_t k = 0; k < 6; k++)
            put_number(page, m + 1, (lxw_col_t)(k + 1), parts[k], s->money);
        sum += parts[0];
        snprintf(text, sizeof text, "=SUM(B$2:B%u)", m + 2);
        worksheet_write_formula_num(page, m + 1, 7, text, s->money, sum);
    }
}

static void claims_sheet(sheet *s) {
    static const char *const HEAD[] = {WORDS_LATER("case"),
                                       WORDS_LATER("claim"),
                                       WORDS_LATER("said by"),
                                       WORDS_LATER("said on"),
                                       WORDS_LATER("stage"),
                                       WORDS_LATER("cost"),
                                       WORDS_LATER("scope"),
                                       WORDS_LATER("finding"),
                                       WORDS_LATER("probability"),
                                       WORDS_LATER("quantity"),
                                       "p10",
                                       "p50",
                                       "p90",
                                       WORDS_LATER("limit"),
                                       WORDS_LATER("turns on, unconfirmed"),
                                       WORDS_LATER("test"),
                                       WORDS_LATER("source")};
    lxw_worksheet *page = workbook_add_worksheet(s->book, words_in(s->language, "Claims"));
    lxw_row_t row = 1;
    worksheet_set_column(page, 0, 1, 34, NULL);
    worksheet_set_column(page, 2, 16, 14, NULL);
    put_words(s, page, 0, HEAD, 17, s->bold);
    worksheet_freeze_panes(page, 1, 0);
    for (uint32_t i = 0; i < s->report->n_cases; i++) {
        const money_result *r = &s->report->cases[i];
        for (uint32_t f = 0; f < r->n_findings; f++, row++) {
            const money_finding *one = &r->findings[f];
            put_text(page, row, 0, r->which->name, NULL);
            put_text(page, row, 1, one->claim->statement, NULL);
            put_text(page, row, 2, one->claim->said_by, NULL);
            put_text(page, row, 3, one->claim->said_on, NULL);
            worksheet_write_string(page, row, 4, money_stage_name(r->which), NULL);
            worksheet_write_string(page, row, 5,
                                   words_in(s->language, one->is_average ? WORDS_LATER("average")
                                                                         : WORDS_LATER("marginal")),
                                   NULL);
            worksheet_write_string(
                page, row, 6,
                words_in(s->language, one->is_all_in ? WORDS_LATER("all-in") : WORDS_LATER("fee")),
                NULL);
            worksheet_write_string(page, row, 7, money_verdict_word(one->verdict, s->language),
                                   s->bold);
            put_number(page, row, 8, one->probability, s->share);
            put_text(page, row, 9, one->claim->unit, NULL);
            put_number(page, row, 10, one->quantity.p10, NULL);
            put_number(page, row, 11, one->quantity.p50, NULL);
            put_number(page, row, 12, one->quantity.p90, NULL);
            put_number(page, row, 13, one->claim->limit, NULL);
            put_text(page, row, 14, one->weak, NULL);
            put_text(page, row, 15, one->claim->test, NULL);
            put_text(page, row, 16, one->claim->source, NULL);
        }
    }
}

static void sensitivity_sheet(sheet *s) {
    static const char *const HEAD[] = {WORDS_LATER("input"),
                                       WORDS_LATER("total at its P10"),
                                       WORDS_LATER("total at its P90"),
                                       WORDS_LATER("swing"),
                                       WORDS_LATER("Sobol first"),
                                       WORDS_LATER("error"),
                                       WORDS_LATER("Sobol total"),
                                       WORDS_LATER("error")};
    lxw_worksheet *page = workbook_add_worksheet(s->book, words_in(s->language, "Sensitivity"));
    worksheet_set_column(page, 0, 0, 34, NULL);
    worksheet_set_column(page, 1, 7, 16, NULL);
    put_words(s, page, 0, HEAD, 8, s->bold);
    for (uint32_t i = 0; i < s->r->n_swings; i++) {
        const money_swing *w = &s->r->swings[i];
        char formula[40];
        put_text(page, i + 1, 0, w->input, NULL);
        put_number(page, i + 1, 1, w->low, s->money);
        put_number(page, i + 1, 2, w->high, s->money);
        snprintf(formula, sizeof formula, "=ABS(C%u-B%u)", i + 2, i + 2);
        worksheet_write_formula_num(page, i + 1, 3, formula, s->money, fabs(w->high - w->low));
        const double parts[] = {w->first, w->first_error, w->total, w->total_error};
        for (uint32_t k = 0; k < 4; k++)
            put_number(page, i + 1, (lxw_col_t)(k + 4), parts[k], s->share);
    }
}

static void sources_sheet(sheet *s) {
    static const char *const HEAD[] = {
        WORDS_LATER("input"),        WORDS_LATER("unit"),       WORDS_LATER("price year"),
        WORDS_LATER("low"),          WORDS_LATER("mode"),       WORDS_LATER("high"),
        WORDS_LATER("distribution"), WORDS_LATER("conversion"), WORDS_LATER("source"),
        WORDS_LATER("mark"),         WORDS_LATER("read on"),    WORDS_LATER("note")};
    const money_scenario *sc = s->report->scenario;
    lxw_worksheet *page = workbook_add_worksheet(s->book, words_in(s->language, "Sources"));
    worksheet_set_column(page, 0, 0, 30, NULL);
    worksheet_set_column(page, 1, 7, 12, NULL);
    worksheet_set_column(page, 8, 11, 34, NULL);
    put_words(s, page, 0, HEAD, 12, s->bold);
    worksheet_freeze_panes(page, 1, 0);
    lxw_row_t row = 1;
    for (uint32_t i = 0; i < sc->n_inputs; i++, row++) {
        const money_input *in = &s->r->which->inputs[i];
        const hb_str parts[] = {in->name,     in->unit,      {0},
                                in->low_text, in->mode_text, in->high_text};
        for (uint32_t k = 0; k < 6; k++) put_text(page, row, (lxw_col_t)k, parts[k], NULL);
        if (in->price_year) put_number(page, row, 2, in->price_year, NULL);
        worksheet_write_string(page, row, 6, money_shape_name(in->shape), NULL);
        put_number(page, row, 7, in->scale, NULL);
        put_text(page, row, 8, in->source, NULL);
        put_text(page, row, 9, in->mark, NULL);
        put_text(page, row, 10, in->read_on, NULL);
        put_text(page, row, 11, in->note, NULL);
    }
    worksheet_write_string(
        page, ++row, 0,
        words_in(s->language, "V seen in a copy of the source; G to be confirmed; C computed"),
        NULL);
    worksheet_write_string(page, row += 2, 0, words_in(s->language, "Left out"), s->bold);
    for (uint32_t i = 0; i < sc->n_excluded; i++) put_text(page, ++row, 0, sc->excluded[i], NULL);
    worksheet_write_string(page, row += 2, 0,
                           words_in(s->language, "GAO-20-195G: twelve steps and four marks"),
                           s->bold);
    for (uint32_t i = 0; i < MONEY_N_GAO; i++) {
        worksheet_write_string(page, ++row, 0, words_in(s->language, MONEY_GAO[i].item), NULL);
        worksheet_write_string(page, row, 1, words_in(s->language, MONEY_GAO[i].state), NULL);
        worksheet_write_string(page, row, 2, words_in(s->language, MONEY_GAO[i].why), NULL);
    }
}

bool money_write_sheet(const char *path, const money_report *report, words_language language,
                       hb_error *err) {
    // The creation time is fixed, so the same run gives the same file.
    lxw_doc_properties properties = {.title = "habeas cost", .created = 1};
    sheet s = {
        .book = workbook_new(path), .language = language, .report = report, .r = &report->cases[0]};
    if (s.book == NULL) return hb_out_of_memory(err);
    workbook_set_properties(s.book, &properties);
    s.bold = workbook_add_format(s.book);
    format_set_bold(s.bold);
    s.money = workbook_add_format(s.book);
    format_set_num_format(s.money, "#,##0.00");
    s.share = workbook_add_format(s.book);
    format_set_num_format(s.share, "0.0000");
    lxw_worksheet *summary = workbook_add_worksheet(s.book, words_in(language, "Summary"));
    lines_sheet(&s);
    summary_sheet(&s, summary);
    months_sheet(&s);
    claims_sheet(&s);
    sensitivity_sheet(&s);
    sources_sheet(&s);
    lxw_error failed = workbook_close(s.book);
    if (failed == LXW_NO_ERROR) return true;
    hb_fail(err, HB_SYSTEM, "output", "\"%s\" cannot be written: %s", path, lxw_strerror(failed));
    hb_error_help(err, "is its folder there, and has the disk room?");
    return false;
}
