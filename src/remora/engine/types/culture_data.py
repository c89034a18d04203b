"""The cultures the engine knows by name: identifiers and English names. Source: Unicode CLDR, MS-LCID."""

from __future__ import annotations

from typing import Final

_LANGUAGES: Final = """
af:Afrikaans:54 ar:Arabic:1 be:Belarusian:35 bg:Bulgarian:2 bn:Bangla:69 bs:Bosnian:30746 ca:Catalan:3 cs:Czech:5
cy:Welsh:82 da:Danish:6 de:German:7 el:Greek:8 en:English:9 es:Spanish:10 et:Estonian:37 eu:Basque:45 fa:Persian:41
fi:Finnish:11 fil:Filipino:100 fr:French:12 ga:Irish:60 gl:Galician:86 gu:Gujarati:71 he:Hebrew:13 hi:Hindi:57
hr:Croatian:26 hu:Hungarian:14 hy:Armenian:43 id:Indonesian:33 is:Icelandic:15 it:Italian:16 ja:Japanese:17
ka:Georgian:55 kk:Kazakh:63 kn:Kannada:75 ko:Korean:18 lt:Lithuanian:39 lv:Latvian:38 mk:Macedonian:47 ml:Malayalam:76
mr:Marathi:78 ms:Malay:62 mt:Maltese:58 nb:Norwegian_Bokmål:31764 nl:Dutch:19 nn:Norwegian_Nynorsk:30740 pl:Polish:21
pt:Portuguese:22 ro:Romanian:24 ru:Russian:25 sk:Slovak:27 sl:Slovenian:36 sq:Albanian:28 sr:Serbian:31770
sv:Swedish:29 sw:Swahili:65 ta:Tamil:73 te:Telugu:74 th:Thai:30 tr:Turkish:31 uk:Ukrainian:34 ur:Urdu:32 uz:Uzbek:67
vi:Vietnamese:42 zh:Chinese:30724 zu:Zulu:53
"""
_REGIONS: Final = """
AE:United_Arab_Emirates AR:Argentina AT:Austria AU:Australia BA:Bosnia_&_Herzegovina BE:Belgium BG:Bulgaria BR:Brazil
BY:Belarus CA:Canada CH:Switzerland CL:Chile CN:China CO:Colombia CZ:Czechia DE:Germany DK:Denmark EE:Estonia EG:Egypt
ES:Spain FI:Finland FR:France GB:United_Kingdom GE:Georgia GR:Greece HK:Hong_Kong_SAR HR:Croatia HU:Hungary
ID:Indonesia IE:Ireland IL:Israel IN:India IR:Iran IS:Iceland IT:Italy JP:Japan KE:Kenya KR:Korea KZ:Kazakhstan
LT:Lithuania LU:Luxembourg LV:Latvia MA:Morocco MK:North_Macedonia MT:Malta MX:Mexico MY:Malaysia NL:Netherlands
NO:Norway NZ:New_Zealand PE:Peru PH:Philippines PK:Pakistan PL:Poland PT:Portugal RO:Romania RS:Serbia RU:Russia
SA:Saudi_Arabia SE:Sweden SG:Singapore SI:Slovenia SK:Slovakia TH:Thailand TR:Türkiye TW:Taiwan UA:Ukraine
US:United_States VN:Vietnam ZA:South_Africa
"""
_CULTURES: Final = """
af-ZA:1078 ar-AE:14337 ar-EG:3073 ar-SA:1025 be-BY:1059 bg-BG:1026 bs-BA:5146 ca-ES:1027 cs-CZ:1029 cy-GB:1106
da-DK:1030 de-AT:3079 de-CH:2055 de-DE:1031 de-LU:4103 el-GR:1032 en-AU:3081 en-CA:4105 en-GB:2057 en-IE:6153
en-IN:16393 en-NZ:5129 en-PH:13321 en-SG:18441 en-US:1033 en-ZA:7177 es-AR:11274 es-CL:13322 es-CO:9226 es-ES:3082
es-MX:2058 es-PE:10250 es-US:21514 et-EE:1061 eu-ES:1069 fa-IR:1065 fi-FI:1035 fil-PH:1124 fr-BE:2060 fr-CA:3084
fr-CH:4108 fr-FR:1036 fr-LU:5132 ga-IE:2108 gl-ES:1110 gu-IN:1095 he-IL:1037 hi-IN:1081 hr-HR:1050 hu-HU:1038
id-ID:1057 is-IS:1039 it-CH:2064 it-IT:1040 ja-JP:1041 ka-GE:1079 kk-KZ:1087 kn-IN:1099 ko-KR:1042 lt-LT:1063
lv-LV:1062 mk-MK:1071 ml-IN:1100 mr-IN:1102 ms-MY:1086 mt-MT:1082 nb-NO:1044 nl-BE:2067 nl-NL:1043 nn-NO:2068
pl-PL:1045 pt-BR:1046 pt-PT:2070 ro-RO:1048 ru-RU:1049 sk-SK:1051 sl-SI:1060 sr-RS:9242 sv-FI:2077 sv-SE:1053
sw-KE:1089 ta-IN:1097 te-IN:1098 th-TH:1054 tr-TR:1055 uk-UA:1058 ur-PK:1056 vi-VN:1066 zh-CN:2052 zh-HK:3076
zh-SG:4100 zh-TW:1028 zu-ZA:1077
"""
UNKNOWN_LCID: Final = 4096
INVARIANT_LCID: Final = 127

REGIONS: Final = {code: name.replace("_", " ") for code, _, name in (row.partition(":") for row in _REGIONS.split())}
LANGUAGES: Final = {code: name.replace("_", " ") for code, name, _ in (row.split(":") for row in _LANGUAGES.split())}
LCIDS: Final = {
    **{code: int(number) for code, _, number in (row.split(":") for row in _LANGUAGES.split())},
    **{name: int(number) for name, _, number in (row.partition(":") for row in _CULTURES.split())},
}


def english_name(name: str) -> str:
    """``Russian (Russia)`` for ``ru-RU``; parts nobody knows stand for themselves."""
    language, *rest = name.split("-")
    shown = LANGUAGES.get(language, language)
    return f"{shown} ({', '.join(REGIONS.get(part, part) for part in rest)})" if rest else shown
