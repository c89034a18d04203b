// A small client on masterzen/winrm: HOST PORT USER MODE TEXT, the password on the first line of standard input.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/masterzen/winrm"
)

func main() {
	if len(os.Args) != 6 {
		fmt.Fprintln(os.Stderr, "usage: winrm-client HOST PORT USER cmd|ps|stdin TEXT")
		os.Exit(2)
	}
	port, err := strconv.Atoi(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	input := bufio.NewReader(os.Stdin)
	password, err := input.ReadString('\n')
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	endpoint := winrm.NewEndpoint(os.Args[1], port, false, true, nil, nil, nil, 30*time.Second)
	client, err := winrm.NewClient(endpoint, os.Args[3], strings.TrimRight(password, "\n"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(255)
	}
	var code int
	switch os.Args[4] {
	case "ps":
		code, err = client.Run(winrm.Powershell(os.Args[5]), os.Stdout, os.Stderr)
	case "stdin":
		code, err = client.RunWithInput(os.Args[5], os.Stdout, os.Stderr, input)
	default:
		code, err = client.Run(os.Args[5], os.Stdout, os.Stderr)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(255)
	}
	os.Exit(code)
}
