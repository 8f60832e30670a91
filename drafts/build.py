import sys,re
root=sys.argv[1]
head="""# What ASVS 5.0 asks, and what holds it

The Application Security Verification Standard 5.0.0 of OWASP (<https://owasp.org/www-project-application-security-verification-standard/>)
numbers what a web application should hold. Each row of its levels 1 and 2 stands here: its number, its level, what it asks
in our own short words, and what holds it: a test, a document, why it does not apply, or **open** and why. A test
checks that no row is missing and that whatever a row names is there. It is our own assessment, nobody's certificate.

"""
out=[head]; 
counts={"T":0,"D":0,"N":0,"O":0}
body=[]
for line in open('rows.txt',encoding='utf-8'):
    line=line.rstrip("\n")
    if not line: continue
    if line.startswith('#'):
        body.append(f"\n## {line[2:]}\n\n| Row | Level | What it asks | Held by |\n|---|---|---|---|\n"); continue
    i,l,w,e=line.split('|',3)
    kind=e[0]; counts[kind]+=1; rest=e[1:].strip()
    if kind=="T": h=", ".join("`%s`"%x.strip() for x in rest.split(';'))
    elif kind=="D":
        import os
        h=", ".join("[%s](%s)"%(x.strip(), os.path.relpath(x.strip().split('#')[0],'docs/security')+('#'+x.split('#')[1].strip() if '#' in x else '')) for x in rest.split(';'))
    elif kind=="N": h="does not apply: "+rest
    else: h="**open**: "+(rest or "not looked at as a whole yet")
    body.append(f"| {i} | {l} | {w} | {h} |\n")
out.append(f"Of 253 rows a test holds {counts['T']}, a document {counts['D']}; {counts['N']} do not apply; {counts['O']} are open.\n")
out+=body
import os
os.makedirs(root+'/docs/security',exist_ok=True)
open(root+'/docs/security/asvs.md','w',encoding='utf-8').write("".join(out))
print(counts)
