"""Mail: letters wait in an outbox from the transaction that they tell of until they are sent.

To have a letter sent: make it with one of the functions of `letters.py` (or a new one, with
templates/mail/<kind>/{subject.txt,body.txt,body.html}), and put `store.queue(ctx, letter)` among
the writes of the change. That is all: no call is made, and no mail is sent, in the request.
"""
