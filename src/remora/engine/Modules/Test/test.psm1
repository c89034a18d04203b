function foo{}
