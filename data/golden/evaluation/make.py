"""Makes corpus.jsonl, queries.jsonl and run.jsonl anew: random texts, labels and ranks, always the same."""
import random, json
r=random.Random(7)
words="the tea kettle was warm and Anna said that Boris likes green apples from market while it rained over Ghent in May we moved table lamp ünder Straße 北京 привет".split()
docs=[]
for c in ("a","b"):
    for s in range(3):
        for t in range(14):
            docs.append(dict(id=f"{c}/s{s}.{t}",conversation=c,session=f"s{s}",turn=s*100+t,speaker=r.choice(["Anna","Boris"]),timestamp=f"2026-0{s+1}-0{1+t%9}T10:{t:02}:00Z",text=" ".join(r.choices(words,k=r.randint(3,120)))))
json_line=lambda d: json.dumps(d,ensure_ascii=False)
qs=[]
runs=[]
for i in range(24):
    c=r.choice("ab")
    own=[d["id"] for d in docs if d["conversation"]==c]
    rel=r.sample(own,r.randint(1,4))
    q=dict(id=f"q{i}",conversation=c,text=f"question {i}?",relevant=rel,category=["one","two","adversarial"][i%3])
    if i%4==0: q["grades"]={d:r.randint(1,3) for d in rel}
    qs.append(q)
    if i==5: continue
    order=r.sample(own,len(own))
    for d in rel:
        if r.random()<.6: order.remove(d); order.insert(r.randint(0,12),d)
    ctx={}
    for b in (1000,2000,4000):
        ctx[str(b)]=order[:b//60]
    line=dict(query_id=q["id"],ids=order[:30])
    if i%5: line["contexts"]=ctx
    else: line["contexts"]={}
    runs.append(line)
import os
p=os.path.dirname(os.path.abspath(__file__))+"/"
for n,v in (("corpus",docs),("queries",qs),("run",runs)):
    open(p+n+".jsonl","w").write("".join(json_line(x)+"\n" for x in v))
