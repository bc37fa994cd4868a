"""The same dates worked out a second way, on Python's own calendar, for what generated cases use: sentences in a row or
side by side, earlier custody, good conduct, earned time, weekdays; the three stages of Salvadoran custody. Written from
the statutes, not from the models: where both agree a slip in one does not hide."""
import calendar
from datetime import date, datetime, timedelta, timezone

DAY = timedelta(days=1)


def later(day, months):
    """(day, whether that month has it): the last day of the month where it has not."""
    n = day.year * 12 + day.month - 1 + months
    year, month = divmod(n, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)), day.day <= last


def term_end(start, term):
    end, has_day = later(start, 12 * term.get("y", 0) + term.get("m", 0))
    return end + timedelta(days=term.get("d", 0)) - DAY, has_day


def days_before(records, start):
    held = set()
    for one in records:
        day, last = date.fromisoformat(one["from"]), date.fromisoformat(one["to"])
        while day <= last:
            if day < start:
                held.add(day)
            day += DAY
    return held


def us_federal(inputs):
    """(end, review dates, whether it is settled)"""
    start = date.fromisoformat(inputs["commenced"])
    terms = [s["term"] for s in inputs["sentences"]]
    relation = inputs.get("relation")
    if len(terms) > 1 and relation == "silent":
        relation = "concurrent" if len({s["imposed"] for s in inputs["sentences"]}) == 1 else "consecutive"
    if len(terms) > 1 and relation == "consecutive":
        joined = {"m": sum(12 * t.get("y", 0) + t.get("m", 0) for t in terms), "d": sum(t.get("d", 0) for t in terms)}
        raw, is_settled = term_end(start, joined)
    else:
        ends = [term_end(start, t) for t in terms]
        raw, is_settled = max(e for e, _ in ends), all(has for _, has in ends)
    custody = inputs.get("prior_custody", [])
    elsewhere = [c for c in custody if c["credited_elsewhere"] == "yes"]
    credit = len(days_before([c for c in custody if c not in elsewhere], start))
    full = raw - timedelta(days=credit) + timedelta(days=inputs.get("inoperative_days", 0))
    years = 0
    while later(start, 12 * (years + 1))[0] - DAY <= raw:
        years += 1
    rest = (raw - later(start, 12 * years)[0]).days + 1
    earned = 0
    if years > 1 or (years == 1 and rest > 0):
        by_year, by_factor = 54 * rest // 365, 148 * rest // 1000
        earned = 54 * years + max(by_year, by_factor)
        is_settled = is_settled and by_year == by_factor
    end = full - timedelta(days=earned - min(earned, inputs.get("gct_disallowed", 0)))
    fsa = inputs.get("fsa")
    if fsa and fsa["offence_eligible"] == "yes" and fsa["final_removal_order"] == "no" and fsa["supervised_release"] == "yes":
        end -= timedelta(days=min(365, fsa["days"] if "days" in fsa else fsa["program_days"] // 30 * fsa["rate"]))
    weekday = end
    while weekday.isoweekday() > 5 or weekday.isoformat() in inputs.get("holidays", []):
        weekday -= DAY
    return end, [weekday] if weekday != end else [], is_settled


def sv(inputs):
    if inputs["stage"] == "administrative":
        text = inputs["captured_at"].replace("Z", "+00:00")
        home = datetime.fromisoformat(text).astimezone(timezone(timedelta(hours=-6)))
        hours = (home + timedelta(hours=72)).date()
        if inputs["exception_in_force"] == "yes":
            return home.date() + timedelta(days=14), [hours], True
        return hours, [], True
    start = date.fromisoformat(inputs["start"])
    if inputs["stage"] == "provisional":
        months = 24 if inputs["offence_class"] == "grave" else 12
        if inputs["offence_class"] == "grave" and inputs.get("extension_order") == inputs.get("appeal_pending") == "yes":
            months += 12
        end, is_settled = term_end(start, {"m": months})
        if "maximum_penalty" in inputs:
            end = min(end, term_end(start, inputs["maximum_penalty"])[0])
        return end, [], is_settled
    joined = {"m": sum(12 * s["term"].get("y", 0) + s["term"].get("m", 0) for s in inputs["sentences"]),
              "d": sum(s["term"].get("d", 0) for s in inputs["sentences"])}
    whole, is_settled = term_end(start, joined)
    credit = timedelta(days=len(days_before(inputs.get("abono", []), start)))
    end = whole - credit - timedelta(days=inputs.get("redencion", {}).get("days", 0))
    n = (whole - start).days + 1
    review = [] if inputs["benefits_excluded"] == "yes" else [
        start - credit + timedelta(days=-(-n // 2) - 1), start - credit + timedelta(days=-(-2 * n // 3) - 1)]
    return end, [day for day in review if not is_settled or day <= end], is_settled


def us_immigration(inputs):
    """A release order ends it; else reviews, of a final order on the 90th and 180th day and every year after."""
    if inputs.get("release_ordered") and inputs.get("order_stayed") == "no":
        return date.fromisoformat(inputs["release_ordered"]), [], True
    starts = [inputs[key] for key in ["order_final", "court_final", "released_from_criminal"] if inputs.get(key)]
    start, today = date.fromisoformat(max(starts)), date.fromisoformat(inputs["as_of"])
    half_year = start + timedelta(days=179)
    reviews, years = [start + timedelta(days=89), half_year], 1
    while True:
        reviews.append(later(half_year, 12 * years)[0])
        if reviews[-1] > today:
            return None, reviews, False
        years += 1


def both(inputs):
    us, host = us_federal(inputs["us"]), sv(inputs["sv"])
    end = min(us[0], host[0])
    return end, sorted({day for day in us[1] + host[1] if day <= end}), us[2] and host[2]
