"""What each approved verb is for, in a line."""

from __future__ import annotations

from typing import Final

_TEXT: Final = """
Add: puts something into a container or attaches it to something else
Approve: agrees to the state of a resource or process
Assert: makes sure of the state of a resource
Backup: keeps a copy of data
Block: keeps others from a resource
Build: makes artifacts out of source files
Checkpoint: keeps the present state to come back to
Clear: empties a container and keeps it
Close: makes a resource unusable until it is opened again
Compare: tells two sets of data apart
Complete: brings an operation to its end
Compress: makes data smaller
Confirm: checks the state of a resource or process
Connect: joins a source with a destination
Convert: changes data between forms, in both directions
ConvertFrom: changes data from the form the noun names
ConvertTo: changes data to the form the noun names
Copy: makes another one under another name or in another place
Debug: looks into a resource for what is wrong with it
Deny: refuses the state of a resource or process
Deploy: brings a solution to those who use it
Disable: makes a resource unavailable
Disconnect: parts a source from a destination
Dismount: takes something out of its place in a tree
Edit: changes data inside a resource
Enable: makes a resource available
Enter: steps into a resource
Exit: goes back to where one was before
Expand: restores data that was made smaller
Export: writes data to a store or in an exchange format
Find: looks for something whose place is not known
Format: lays objects out
Get: fetches a resource
Grant: gives access to a resource
Group: puts resources together
Hide: makes a resource invisible
Import: reads data from a store or an exchange format
Initialize: gets a resource ready and sets its defaults
Install: puts a resource into its place
Invoke: runs a command or a method
Join: makes one resource of several
Limit: sets bounds to a resource
Lock: secures a resource
Measure: finds out the size or use of a resource
Merge: makes one resource out of several ones
Mount: gives something a place in a tree
Move: brings a resource to another place
New: makes a resource
Open: makes a resource usable
Optimize: makes a resource work better
Out: sends data out of the session
Ping: use Test instead
Pop: takes the top of a stack
Protect: guards a resource against loss or attack
Publish: makes a resource known to others
Push: puts something on top of a stack
Read: takes in information from a source
Receive: takes what was sent
Redo: does again what was undone
Register: makes an entry for a resource
Remove: takes a resource out of a container
Rename: gives a resource another name
Repair: makes a resource usable again
Request: asks for a resource or a permission
Reset: sets a resource back to how it began
Resize: changes the size of a resource
Resolve: finds the full form of a short one
Restart: stops an operation and starts it again
Restore: brings a resource back to a kept state
Resume: goes on with what was suspended
Revoke: takes access to a resource away
Save: keeps data from being lost
Search: makes a reference to something in a container
Select: picks resources in a container
Send: gives information to a destination
Set: replaces data of a resource or makes one with it
Show: makes a resource visible
Skip: passes over parts of a sequence
Split: takes a resource apart
Start: begins an operation
Step: goes to the next point of a sequence
Stop: ends an activity
Submit: hands a resource in for approval
Suspend: halts an activity for a while
Switch: changes between two resources
Sync: makes resources the same
Test: checks how a resource works or whether it is whole
Trace: follows what a resource does
Unblock: lifts what kept others from a resource
Undo: sets a resource back to what it was before
Uninstall: takes a resource out of its place
Unlock: lets go of a locked resource
Unprotect: takes the guard from a resource
Unpublish: makes a resource unknown to others
Unregister: takes the entry of a resource away
Update: brings a resource up to date
Use: does something with a resource
Wait: halts until something happens
Watch: keeps looking at a resource for changes
Write: puts information into a target
"""

DESCRIPTIONS: Final = {
    verb: text.strip().capitalize() for verb, _, text in (line.partition(":") for line in _TEXT.strip().splitlines())
}
