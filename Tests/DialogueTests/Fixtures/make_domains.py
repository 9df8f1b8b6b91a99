"""Makes domains.json: domains and the form in which Rasa 3.6.21 shows them.

Run here with the Python of an environment that has Rasa 3.6.21:  python make_domains.py > domains.json
"""
import json, copy
from rasa.shared.core.domain import Domain
cases=[{},
 {"intents":["b",{"a":{"use_entities":False}},{"é":{"use_entities":["x"]}},"B"],"entities":["x"],"version":"3.0","slots":{},"responses":{"utter_a":[{"text":"line\nline: 'q' \"d\" # é 😀\ttab"},{"text":"yes","buttons":[{"title":"3.10","payload":"/x"}],"condition":[{"type":"slot","name":"s","value":None}]}],"utter_b":[{"custom":{"a":[[1,2],[]],"b":{},"c":-1.5e-9,"d":True}}]}},
 {"actions":["action_x",{"action_y":{"send_domain":True}}],"session_config":{"session_expiration_time":0,"carry_over_slots_to_new_session":False},"config":{"store_entities_as_slots":False},"forms":{"f":{"required_slots":["s"]}},"slots":{"s":{"type":"categorical","values":["Red",3,True,"no"],"mappings":[{"type":"from_text","conditions":[{"active_loop":"f"}]}]}},"e2e_actions":["Hi there."]},
]
out=[]
for c in cases:
    d=Domain.from_dict(copy.deepcopy(c))
    out.append({"domain":c,"document":json.loads(json.dumps(d.as_dict()))})
print(json.dumps(out,ensure_ascii=False,indent=1))
