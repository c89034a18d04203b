"""Microsoft.WSMan.Management: WS-Management for administrators, and the WSMan: drive."""
