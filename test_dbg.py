from collections import Counter
from sqlalchemy import select
from tests.support.demo import play_demo
from tests.support.making import making
from vlms.accounts.models import Person
from vlms.privacy.queries.concerned import concerning_person
from vlms.privacy.queries.plan import plan_erasure
def test_dbg(app, clock):
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("post"): return
    play_demo(clock); clock.move(days=800)
    c=Counter()
    with making(clock()) as work:
        for p in work.session.scalars(select(Person)).all():
            plan=plan_erasure(work.session, concerning_person(work.session,p), clock())
            for h in plan.hindrances: c[str(h.kind), str(h.label)[:12], str(h.state)]+=1
            if plan.contacts: c["contact"]+=1
            if plan.role_count: c["role"]+=1
            if plan.is_free: c["free"]+=1
    print(c)
    assert 0
