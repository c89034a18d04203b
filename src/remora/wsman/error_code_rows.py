"""The rows of ``error_codes``: a number and a name, and below them what is wrong and what to change.

Numbers and names: wsmerror.h and winerror.h; the texts are our own.
"""

from __future__ import annotations

from typing import Final

ROWS: Final = """
0x80338005 WSMAN_CONFIG_CORRUPTED
    The stored configuration cannot be read: restore the defaults with 'winrm invoke Restore winrm/config @{}'.
0x80338088 WSMAN_POLICY_CORRUPTED
    The policy for WinRM cannot be read: correct or remove the policy.
0x80338089 WSMAN_LISTENER_ADDRESS_INVALID
    The Address of the listener is not valid: write *, IP:address or MAC:address.
0x8033808A WSMAN_CONFIG_CANNOT_CHANGE_GPO_CONTROLLED_SETTING
    The setting is fixed by a policy: change it there, or leave it out of the request.
0x80338085 WSMAN_CONFIG_CANNOT_CHANGE_MUTUAL
    These settings depend on each other and cannot be changed in this way: change them one after another.
0x8033807B WSMAN_INEXISTENT_MAC_ADDRESS
    No enabled network adapter with DHCP has this MAC address: correct the Address of the listener.
0x8033807C WSMAN_NO_UNICAST_ADDRESSES
    The network adapter with this MAC address has no unicast address: give it one, or name another Address.
0x8033807D WSMAN_NO_DHCP_ADDRESSES
    The network adapter with this MAC address has no address from DHCP: let it have one, or name another Address.
0x8033809F WSMAN_INVALID_HOSTNAME_PATTERN
    A host of TrustedHosts is not valid: write names, addresses, patterns with *, or <local>, with commas between.
0x803380DC WSMAN_CONFIG_PORT_INVALID
    The port of the configuration is outside 1 to 65535: set another one.
0x803380E6 WSMAN_CERT_THUMBPRINT_NOT_BLANK
    Another service owns the TLS settings of this address and port: leave CertificateThumbprint empty.
0x803380E7 WSMAN_CERT_THUMBPRINT_BLANK
    A listener for HTTPS needs a certificate: give its CertificateThumbprint.
0x803380E8 WSMAN_CONFIG_CANNOT_SHARE_SSL_CONFIG
    Another service owns the TLS settings of this address and port and shares them not: choose another port.
0x803380E9 WSMAN_CONFIG_CERT_CN_DOES_NOT_MATCH_HOSTNAME
    The certificate is for another name than Hostname: set Hostname to the certificate's name, or take another one.
0x803380EB WSMAN_CONFIG_THUMBPRINT_SHOULD_BE_EMPTY
    A listener for HTTP uses no certificate: leave CertificateThumbprint empty, or set Transport to HTTPS.
0x803380EC WSMAN_INVALID_IPFILTER
    IPv4Filter or IPv6Filter is not valid: write *, nothing, or ranges such as 10.0.0.1-10.0.0.9 with commas between.
0x803380ED WSMAN_CANNOT_CHANGE_KEYS
    The request changes a key of the resource: keep the keys, or delete the resource and create another one.
0x803380EE WSMAN_CERT_INVALID_USAGE
    The certificate is not for Server Authentication: take one that has this extended key usage.
0x80338082 WSMAN_CERT_NOT_FOUND
    There is no certificate with this thumbprint: correct the thumbprint, or install the certificate with its key.
0x8033813F WSMAN_CONFIG_READONLY_PROPERTY
    The setting can only be read: leave it out of the request.
0x803381AE WSMAN_DEPRECATED_CONFIG_SETTING
    The setting has no effect any more: leave it out of the request.
0x8033815C WSMAN_INVALID_SECURITY_DESCRIPTOR
    The security descriptor is not valid: write it in SDDL, such as O:NSG:BAD:P(A;;GA;;;BA).
0x803381BF WSMAN_INVALID_CONFIGSDDL_URL
    The permissions of this URI cannot be changed: name the URI of a session configuration, or default.
0x803381AF WSMAN_URI_SECURITY_URI
    The Uri of a Security element does not begin with the URI of its resource: correct it.
0x803381B8 SERVICE_CBT_HARDENING_INVALID
    CbtHardeningLevel is not valid: set None, Relaxed or Strict.
0x80338190 WSMAN_PLUGIN_CONFIGURATION_CORRUPTED
    The stored session configurations cannot be read: restore them with 'winrm invoke Restore winrm/config/plugin @{}'.
0x80338191 WSMAN_INVALID_FILEPATH
    The file of the plug-in is not allowed: give an absolute path in the directory of the system.
0x80338192 WSMAN_FILE_NOT_PRESENT
    The file of the plug-in does not exist: correct FileName, or install it.
0x8033809A WSMAN_PROVIDER_LOAD_FAILED
    The plug-in could not be loaded: check that its file is there and fits this machine.
0x803381C3 WSMAN_RUNAS_INVALIDUSERCREDENTIALS
    The RunAs user name or password is wrong: set RunAsUser and RunAsPassword anew.
0x803381E0 WSMAN_INVALID_XML_RUNAS_DISABLED
    A policy forbids to store RunAs credentials (DisableRunAs): leave them out, or change the policy.
0x80338115 WSMAN_QUICK_CONFIG_FAILED_CERT_REQUIRED
    There is no certificate for HTTPS: install one for Server Authentication whose name is this machine's.
0x80338116 WSMAN_QUICK_CONFIG_FIREWALL_EXCEPTIONS_DISALLOWED
    The firewall allows no exceptions: allow them, then run quickconfig again.
0x80338117 WSMAN_QUICK_CONFIG_LOCAL_POLICY_CHANGE_DISALLOWED
    A policy forbids to change the firewall here: open the port of the listener in the policy.
0x80338169 WSMAN_PUBLIC_FIREWALL_PROFILE_ACTIVE
    A network connection is of type Public: make it Private or Domain, or skip the check (Enable-PSRemoting does).
0x803381DD WSMAN_SERVICE_REMOTE_ACCESS_DISABLED
    Remote access is off: set AllowRemoteAccess of the service to true.
0x803381E3 WSMAN_REMOTE_CONNECTION_NOT_ALLOWED
    The session configuration takes no remote connections: allow remote access with Enable-PSSessionConfiguration.
0x803381AC WSMAN_REMOTESHELLS_NOT_ALLOWED
    Remote shells are off: on the server, 'winrm set winrm/config/winrs @{AllowRemoteShellAccess="true"}'.
0x80338152 WSMAN_NO_CERTMAPPING_OPERATION_FOR_LOCAL_SESSION
    A certificate mapping is changed through the service only: repeat the command with -r:localhost.
0x80338153 WSMAN_CERTMAPPING_CONFIGLIMIT_EXCEEDED
    The table of certificate mappings is full: delete one first.
0x80338154 WSMAN_CERTMAPPING_INVALIDUSERCREDENTIALS
    The user of the mapping could not log on, or is no local account: give name and password of a local account.
0x80338155 WSMAN_CERT_INVALID_USAGE_CLIENT
    The certificate is not for Client Authentication: take one that has this extended key usage.
0x80338160 WSMAN_URISECURITY_INVALIDURIKEY
    The key URI has 1 to 1023 characters, no blank and no ?, and * at its end only: correct it.
0x80338161 WSMAN_CERTMAPPING_INVALIDSUBJECTKEY
    The key Subject has 1 to 1023 characters, and one * at most, at its beginning: correct it.
0x80338162 WSMAN_CERTMAPPING_INVALIDISSUERKEY
    The key Issuer is the thumbprint of an authority that this machine trusts: correct it, or install its certificate.
0x8033816A WSMAN_CERTMAPPING_PASSWORDTOOLONG
    The password of the mapping is longer than 255 characters: give a shorter one.
0x8033816B WSMAN_CERTMAPPING_PASSWORDBLANK
    The password of the mapping is empty: give one.
0x8033816C WSMAN_CERTMAPPING_PASSWORDUSERTUPLE
    UserName and Password of a mapping are given together, or not at all: add the other one.
0x80338172 WSMAN_CONFIG_CANNOT_CHANGE_CERTMAPPING_KEYS
    Subject, URI and Issuer of a mapping cannot be changed: delete the mapping and create another one.
0x803381FE WSMAN_CERTMAPPING_CREDENTIAL_MANAGEMENT_FAILIED
    The stored credential of the mapping cannot be read, the service has another account now: create it anew.
0x803380D9 WSMAN_CONNECTIONSTR_INVALID
    The connection string is not valid: write [transport://]host[:port][/path].
0x803380DA WSMAN_TRANSPORT_NOT_SUPPORTED
    The transport of the connection string is unknown: write http or https.
0x803380DB WSMAN_PORT_INVALID
    The port of the connection string is outside 1 to 65535: give another one, or none.
0x803381BE WSMAN_INVALID_USESSL_PARAM
    UseSsl does not go with http:// in the connection string: leave one of them out.
0x803381F8 WSMAN_DESTINATION_INVALID
    The destination is not valid: give a host name or an address, IPv6 in brackets, and no URL.
0x803381B9 WSMAN_NAME_NOT_RESOLVED
    The host name could not be resolved: check how it is written and the name server, or give the address.
0x80338012 WSMAN_DESTINATION_UNREACHABLE
    Nothing answers at the destination: check that the service runs ('winrm quickconfig' there), port and firewall.
0x80338126 WSMAN_NETWORK_TIMEDOUT
    The network gave no answer in time: check that the machine is on and that the firewall lets the port through.
0x80338112 WSMAN_HTTP_SERVICE_UNAVAILABLE_STATUS
    The connection was refused: check that the service runs ('winrm quickconfig' there) and the port.
0x80338113 WSMAN_HTTP_NOT_FOUND_STATUS
    There is no WS-Management service at this path (HTTP 404): check port and path; the usual path is /wsman.
0x803381BA WSMAN_SSL_CONNECTION_ABORTED
    TLS did not come about: check that the port is one for HTTPS, and the certificate of the server.
0x8033810F WSMAN_UNKNOWN_HTTP_STATUS_RETURNED
    The server answered with an unexpected HTTP status: check what listens at this port and path.
0x80338111 WSMAN_HTTP_REQUEST_TOO_LARGE_STATUS
    The request is too large (HTTP 413): send less, or raise MaxEnvelopeSizekb on the server.
0x80338170 WSMAN_HTTP_STATUS_SERVER_ERROR
    The server failed without a reason (HTTP 500): does it allow unencrypted traffic, and what does its log say?
0x80338171 WSMAN_HTTP_STATUS_BAD_REQUEST
    The server did not understand the request (HTTP 400): check port, path and what stands between.
0x80338173 WSMAN_HTML_ERROR
    The answer is a page of HTML: what listens there is no WS-Management service; check port, path and proxy.
0x803380F5 WSMAN_HTTP_NO_RESPONSE_DATA
    The answer is empty: check what listens at this port and path.
0x803380F7 WSMAN_HTTP_INVALID_CONTENT_TYPE_IN_RESPONSE_DATA
    The content type of the answer is missing or wrong: check what listens at this port and path.
0x803380F8 WSMAN_HTTP_CONTENT_TYPE_MISSMATCH_RESPONSE_DATA
    The answer is in another character set than the request: ask in UTF-8.
0x803380F9 WSMAN_CANNOT_DECRYPT
    The encrypted message cannot be read: connect anew, and check what stands between that changes messages.
0x803380FC WSMAN_NO_IDENTIFY_FOR_LOCAL_SESSION
    Identify asks another machine: name it with -remote, or give a connection string.
0x803380A5 WSMAN_MACHINE_OPTION_REQUIRED
    The operation is about another machine: name it with -remote.
0x80338138 WSMAN_REQUEST_NOT_SUPPORTED_AT_SERVICE
    The service does not serve this URI: ask on the machine itself, without -remote.
0x80338036 WSMAN_FAILED_AUTHENTICATION
    The service does not know who is asking: check user name, password and mechanism.
0x8033809D WSMAN_SECURITY_UNMAPPED
    A failure of security that has no code of its own: see the log of the server.
0x803380AB WSMAN_CREDS_PASSED_WITH_NO_AUTH_FLAG
    No authentication was asked for, and credentials given: leave one of them out.
0x803380AC WSMAN_CLIENT_INVALID_FLAG
    A session flag is unknown: use the constants of WSMan.
0x803380AD WSMAN_CLIENT_MULTIPLE_AUTH_FLAGS
    More than one mechanism was asked for: leave one flag.
0x803380AE WSMAN_CLIENT_SPN_WRONG_AUTH
    The port in the SPN goes with Negotiate and Kerberos only: choose one of them, or leave it out.
0x803380AF WSMAN_CLIENT_CERT_UNNEEDED_CREDS
    A smart card or the default certificate needs no credentials: leave them out.
0x803380B0 WSMAN_CLIENT_USERNAME_PASSWORD_NEEDED
    Basic and Digest need a user name and a password: give them.
0x803380B1 WSMAN_CLIENT_CERT_UNNEEDED_USERNAME
    A client certificate needs no user name and password: leave them out.
0x803380B2 WSMAN_CLIENT_CREDENTIALS_NEEDED
    The flag CredUsernamePassword was given without credentials: set UserName and Password.
0x803380B3 WSMAN_CLIENT_CREDENTIALS_FLAG_NEEDED
    Credentials were given without the flag CredUsernamePassword: add the flag.
0x803380B4 WSMAN_CLIENT_CERT_NEEDED
    The mechanism needs a client certificate: give its thumbprint.
0x803380B7 WSMAN_CLIENT_INVALID_CERT
    The client certificate is not complete: take one that has its private key.
0x803380B8 WSMAN_CLIENT_LOCAL_INVALID_CREDS
    A local session takes no credentials: leave them out, or name a machine.
0x803380B9 WSMAN_CLIENT_LOCAL_INVALID_CONNECTION_OPTIONS
    A local session takes no connection options: leave them out, or name a machine.
0x803380D7 WSMAN_CLIENT_UNENCRYPTED_HTTP_ONLY
    NoEncryption is for HTTP only: leave it out with HTTPS.
0x803380D8 WSMAN_CANNOT_USE_CERTIFICATES_FOR_HTTP
    Certificates and their checks are for HTTPS only: use HTTPS, or leave them out.
0x803380DE WSMAN_CLIENT_UNENCRYPTED_DISABLED
    Unencrypted traffic is off: use HTTPS, or 'winrm set winrm/config/client @{AllowUnencrypted="true"}'.
0x803380DF WSMAN_CLIENT_BASIC_AUTHENTICATION_DISABLED
    Basic is off in this client: 'winrm set winrm/config/client/auth @{Basic="true"}', or another mechanism.
0x803380E0 WSMAN_CLIENT_DIGEST_AUTHENTICATION_DISABLED
    Digest is off in this client: 'winrm set winrm/config/client/auth @{Digest="true"}', or another mechanism.
0x803380E1 WSMAN_CLIENT_NEGOTIATE_AUTHENTICATION_DISABLED
    Negotiate is off in this client: 'winrm set winrm/config/client/auth @{Negotiate="true"}', or another mechanism.
0x803380E2 WSMAN_CLIENT_KERBEROS_AUTHENTICATION_DISABLED
    Kerberos is off in this client: 'winrm set winrm/config/client/auth @{Kerberos="true"}', or another mechanism.
0x803380E3 WSMAN_CLIENT_CERTIFICATES_AUTHENTICATION_DISABLED
    Certificates are off in this client: 'winrm set winrm/config/client/auth @{Certificate="true"}'.
0x803380E4 WSMAN_SERVER_NOT_TRUSTED
    Nothing proves who answers over HTTP: use HTTPS or Kerberos, or add the host to TrustedHosts of the client.
0x803380E5 WSMAN_EXPLICIT_CREDENTIALS_REQUIRED
    Our own logon is not sent there: give user name and password, or add the host to TrustedHosts.
0x8033810B WSMAN_KERBEROS_IPADDRESS
    Kerberos knows servers by name: give the name of the host, or use another mechanism.
0x8033810C WSMAN_CLIENT_WORKGROUP_NO_KERBEROS
    There is no Kerberos logon here: get a ticket (kinit), or give user name and password.
0x8033810E WSMAN_SERVER_DESTINATION_LOCALHOST
    Kerberos does not work with localhost: give the name of the computer, or use Negotiate.
0x80338144 WSMAN_MULTIPLE_CREDENTIALS
    A certificate and a user name were both given: leave one of them out.
0x80338145 WSMAN_AUTHENTICATION_INVALID_FLAG
    The mechanism is unknown: name none, basic, digest, negotiate, kerberos, certificate or credssp.
0x80338146 WSMAN_CLIENT_CREDENTIALS_FOR_DEFAULT_AUTHENTICATION
    Without a mechanism only user name and password can be given: name the mechanism.
0x80338147 WSMAN_CLIENT_USERNAME_AND_PASSWORD_NEEDED
    User name and password are given together: add the other one.
0x80338148 WSMAN_CLIENT_INVALID_CERT_DNS_OR_UPN
    The certificate has to name a user (UPN) or a machine (DNS name), not both: take another one.
0x80338156 WSMAN_CERT_MISSING_AUTH_FLAG
    A thumbprint was given without the flag UseClientCertificate: add the flag.
0x80338157 WSMAN_CERT_MULTIPLE_CREDENTIALS_FLAG
    UseClientCertificate and CredUsernamePassword do not go together: leave one of them out.
0x803381A1 WSMAN_CREDSSP_USERNAME_PASSWORD_NEEDED
    CredSSP hands a user name and a password over: give them.
0x803381A2 WSMAN_CLIENT_CREDSSP_AUTHENTICATION_DISABLED
    CredSSP is off in this client: 'winrm set winrm/config/client/auth @{CredSSP="true"}', or another mechanism.
0x803381A3 WSMAN_CLIENT_ALLOWFRESHCREDENTIALS
    The policy lets no credentials go to this host: add WSMAN/host to AllowFreshCredentials.
0x803381A4 WSMAN_CLIENT_ALLOWFRESHCREDENTIALS_NTLMONLY
    The server proves not who it is: add WSMAN/host to AllowFreshCredentialsWhenNTLMOnly, or use a certificate.
0x803381B0 WSMAN_CANNOT_USE_ALLOW_NEGOTIATE_IMPLICIT_CREDENTIALS_FOR_HTTP
    Our own logon with Negotiate is for HTTPS only: use HTTPS, or leave the flag out.
0x803381BB WSMAN_DEFAULTAUTH_IPADDRESS
    An address needs user name and password, and HTTPS or an entry in TrustedHosts: add them, or give the name.
0x803381F0 WSMAN_MUTUAL_AUTH_FAILED
    The server did not prove who it is: use HTTPS or Kerberos, or add the host to TrustedHosts.
0x803381F3 WSMAN_INSUFFICIENT_METADATA_FOR_BASIC
    The types of the server cannot be recovered with this setting: ask for the full description.
0x8033819A WSMAN_PROXY_AUTHENTICATION_INVALID_FLAG
    The mechanism for the proxy is unknown: name Negotiate, Basic or Digest.
0x8033819B WSMAN_CLIENT_CREDENTIALS_FOR_PROXY_AUTHENTICATION
    User name and password for the proxy are given together, with a mechanism: add what is missing.
0x8033819C WSMAN_PROXY_ACCESS_TYPE
    The proxy access type is unknown, or several were given: name one.
0x8033819D WSMAN_INVALID_OPTION_NO_PROXY_SERVER
    The way without a proxy takes no proxy credentials: leave them out, or choose another access type.
0x803381B1 WSMAN_CANNOT_USE_PROXY_SETTINGS_FOR_HTTP
    A proxy is for HTTPS only: use HTTPS, or leave the proxy out.
0x803381B2 WSMAN_CANNOT_USE_PROXY_SETTINGS_FOR_KERBEROS
    A proxy does not go with Kerberos: use another mechanism, or leave the proxy out.
0x803381B3 WSMAN_CANNOT_USE_PROXY_SETTINGS_FOR_CREDSSP
    A proxy does not go with CredSSP: use another mechanism, or leave the proxy out.
0x803381B4 WSMAN_CLIENT_MULTIPLE_PROXY_AUTH_FLAGS
    More than one mechanism for the proxy was given: leave one.
"""
