"""Names that licences go by in metadata of packages, and the ids of SPDX they mean. Data only.

A line is `EXPRESSION = name |
    name`. Names are compared by the words of `pratique.licences.words.key`: case, marks, "the", "licence",
"version", "software" and a final ".0" do not count, so "Apache License, Version 2.0" is `apache 2` here. The GNU
licences are not here: `pratique.licences.words` reads their names.

Where a name leaves open which licence of a family it means, the usual one is taken: BSD without clauses is
BSD-3-Clause, Apache without version 2.0. Sources: Debian's copyright-format 1.0 (section 7.2), Fedora's short names
before 2022, the trove classifiers, CPAN::Meta::Spec (section `license`), R's license.db, names in Maven Central.
"""

NAMES = """
0BSD = bsd zero clause | zero clause bsd | bsd 0 clause | 0 clause bsd | free public 1 | bsd 0 | zero clause bsd 0bsd
AFL-2.1 = academic free 2.1 | afl 2.1
AFL-3.0 = academic free 3 | afl | afl 3 | academic free | academic free afl
APSL-2.0 = apple public source 2 | apple public source | apsl | apsl 2
AML = apple mit
Apache-1.0 = asl 1 | apache 1
Apache-1.1 = asl 1.1 | apache 1.1 | apache foundation 1.1
Apache-2.0 = apache | apache 2 | asl | asl 2 | al 2 | al2 | apache public | apache public 2 | apache foundation 2 |
    apache open source | apache open source 2 | apache 2 open source | apache asl 2 | apache 2.0.txt | alv2 |
    apache license2 | apache foundation | apache 2 apache 2 | apache 2 asl 2 | apache 2 january 2004 | apache 2 apache
    | wwwapacheorg 2 | apache asf | apache style 2 | apache commons | apache 2 0 | apachev 2 | apl 2 | apl2 |
    apache licence2
Apache-2.0 WITH LLVM-exception = apache 2 llvm exceptions | apache 2 llvm exception | apache 2 with llvm exception |
    apache 2 with llvm exceptions
Artistic-1.0-Perl = artistic | artistic 1 | artistic perl | perl artistic
Artistic-2.0 = artistic 2
Artistic-1.0-Perl OR GPL-1.0-or-later = perl | perl 5 | same as perl | same as perl itself | gpl or artistic |
    gpl+ or artistic | gpl 1+ or artistic | artistic or gpl | artistic or gpl 1+ | gpl 1+ or artistic 1 | artistic gpl
    | artistic 1 or gpl 1+ | gpl artistic | same terms as perl | perl artistic or gpl | artistic perl or gpl
BSD-1-Clause = 1 clause bsd | bsd 1 | bsd 1 clause
BSD-2-Clause = bsd 2 | bsd 2 clause | 2 clause bsd | 2 clause bsdl | bsd 2c | simplified bsd | bsd simplified |
    bsd 2 clause simplified | bsd 2 clause freebsd | freebsd | bsd two clause | two clause bsd | bsd style 2 clause |
    2 bsd | bsd freebsd | simplified bsd 2 clause | 2c bsd | openbsd
BSD-2-Clause-Patent = bsd 2 clause plus patent | bsd+patent
BSD-3-Clause = bsd | bsd 3 | bsd 3 clause | 3 clause bsd | 3 clause bsdl | bsd new | new bsd | modified bsd |
    bsd modified | revised bsd | bsd revised | new bsd 3 clause | bsd 3 clause new or revised | bsd 3 clause new |
    bsd 3 clause revised | bsd three clause | three clause bsd | bsd style | bsd derived | bsd simplified 3 clause |
    3 bsd | bsd 3c | 3c bsd | edl | edl 1 | eclipse distribution | eclipse distribution 1 | eclipse distribution edl 1
    | eclipse distribution 1 edl | edl eclipse distribution 1 | eclipse distribution new bsd | bsdl | berkeley |
    berkeley bsd | bsd 3 clause edl | google bsd | bsd c3 | bsd 3 google | bsd 3 clause new bsd |
    bsd 3 clause clear new or revised | new style bsd | bsd compatible | pyparsing bsd
BSD-3-Clause-Clear = clear bsd | bsd clear
BSD-3-Clause-LBNL = lawrence berkeley national labs bsd variant | bsd lbnl
BSD-4-Clause = bsd 4 | bsd 4 clause | 4 clause bsd | original bsd | bsd original | bsd with advertising | bsd old |
    old bsd | bsd with advertising clause | bsd four clause | bsd 4 clause original or old
BSD-4-Clause-UC = bsd 4 clause california | bsd 4 clause ucb | bsd 4 clause university of california
BSD-Protection = bsd protection
BSL-1.0 = boost | boost 1 | bsl | bsl 1 | boost 1 bsl 1
BUSL-1.1 = business source | business source 1.1 | bsl 1.1 | busl | mariadb bsl 1.1
Beerware = beer ware | beer
BitTorrent-1.1 = bittorrent 1.1 | bittorrent
Bitstream-Vera = bitstream vera
blessing = sqlite blessing | sqlite
bzip2-1.0.6 = bzip2 | bzip | bzip2 1 | bzip2 1.0.8
CC-BY-1.0 = cc by 1
CC-BY-2.0 = cc by 2 | creative commons attribution 2
CC-BY-2.5 = cc by 2.5 | creative commons attribution 2.5
CC-BY-3.0 = cc by 3 | creative commons attribution 3 | creative commons attribution 3 unported | cc by 3 unported |
    creativecommonsorg by 3
CC-BY-4.0 = cc by 4 | creative commons attribution 4 | creative commons attribution 4 international |
    cc by 4 international | creative commons attribution 4 international public | creative commons by 4 |
    attribution 4 international | creative commons attribution 4 international cc by 4
CC-BY-NC-4.0 = cc by nc 4 | creative commons attribution noncommercial 4 international |
    creative commons attribution non commercial 4 international
CC-BY-NC-SA-4.0 = cc by nc sa 4 | creative commons attribution noncommercial sharealike 4 international
CC-BY-ND-4.0 = cc by nd 4
CC-BY-SA-2.0 = cc by sa 2
CC-BY-SA-2.5 = cc by sa 2.5 | creative commons attribution sharealike 2.5
CC-BY-SA-3.0 = cc by sa 3 | cc by sa 3 unported | creative commons attribution share alike 3 |
    creative commons attribution sharealike 3 | creative commons attribution sharealike 3 unported
CC-BY-SA-4.0 = cc by sa 4 | creative commons attribution share alike 4 | creative commons attribution sharealike 4 |
    creative commons attribution sharealike 4 international | cc by sa 4 international
CC0-1.0 = cc0 | cc0 1 | cc zero | cc zero 1 | cc0 1 universal | creative commons zero | creative commons zero 1 |
    creative commons cc0 | cc0 1 universal cc0 1 public domain dedication | cc0 universal | public domain cc0 |
    public domain per creative commons cc0 | creative commons 1 universal | creative commons zero 1 universal | cc 0 |
    cc zero waive 1 us | creative commons cc0 1 | cc0 1 universal public domain dedication | creative commons 0
CDDL-1.0 = cddl | cddl 1 | common development and distribution | common development and distribution 1 |
    common development and distribution cddl 1 | common development and distribution 1 cddl 1 |
    common development and distribution cddl | common development and distribution 1 cddl
CDDL-1.1 = cddl 1.1 | common development and distribution 1.1 | common development and distribution cddl 1.1
CDDL-1.0 OR GPL-2.0-only WITH Classpath-exception-2.0 = cddl+gpl | cddl gpl | cddl + gpl |
    cddl + gpl 2 with classpath exception | cddl+gpl 1 1 | cddl or gpl 2 with exceptions |
    dual consisting of cddl 1 and gpl 2 | cddl gpl 2 | cddl + gpl 2
CECILL-1.0 = cecill 1
CECILL-2.0 = cecill 2 | cecill
CECILL-2.1 = cecill 2.1 | cea cnrs inria logiciel libre 2.1 cecill 2.1 | cea cnrs inria logiciel libre cecill 2.1
CECILL-B = cecill b | cecill b free agreement | cecill b free agreement cecill b
CECILL-C = cecill c | cecill c free agreement | cecill c free agreement cecill c
CNRI-Python = cnri python | cnri
CPAL-1.0 = cpal | common public attribution 1 | common public attribution
CPL-1.0 = cpl | cpl 1 | common public | common public 1 | common public 1 cpl
curl = mit curl | curl mit x derivate | mit x derivate
ClArtistic = clarified artistic
dtoa = david gay | david m gay
ECL-2.0 = educational community 2 | ecl 2 | educational community | ecl2
EFL-2.0 = eiffel forum 2 | efl 2 | eiffel forum | eiffel forum efl
EPL-1.0 = epl | epl 1 | eclipse public | eclipse public 1 | eclipse 1 | eclipse public epl 1 | eclipse |
    eclipse public 1 epl 1
EPL-2.0 = epl 2 | eclipse public 2 | eclipse public 2 epl 2 | eclipse public epl 2 | eclipse 2
EPL-2.0 OR GPL-2.0-only WITH Classpath-exception-2.0 = epl 2 or gpl 2 with classpath exception
EUPL-1.0 = eupl 1 | european union public 1 eupl 1
EUPL-1.1 = eupl 1.1 | european union public 1.1 | european union public 1.1 eupl 1.1 | eupl
EUPL-1.2 = eupl 1.2 | european union public 1.2 | european union public 1.2 eupl 1.2 | european union public eupl 1.2
Elastic-2.0 = elastic | elastic 2 | elv2 | elastic 2 elv2
FSFAP = fsf all permissive | gnu all permissive | all permissive | fsf ap | gap | gnu all permissive copying |
    permissive fsf | autoconf archive permissive | gap fsf | gap makefilein | gap configure | fsfap makefilein
FSFUL = fsf ul | fsf unlimited | fsf unlimited permission
FSFULLR = fsf unlimited with retention | fsfullr makefilein
FSFULLRWD = fsfullr no warranty
FTL = freetype | freetype project | free type
HPND = historical permission notice and disclaimer | historical permission notice and disclaimer hpnd | mit old style
    | mit old | old mit | old style mit | mit old style with disclaimer | ntp legal disclaimer
IBM-pibs = pibs
ICU = icu unicode | x consortium icu
IJG = jpeg | independent jpeg group | libjpeg | jpeg group
Intel = intel open source
IPA = ipa font
IPL-1.0 = ibm public | ipl 1 | ibm public 1
ISC = iscl | isc iscl | isc original | internet consortium | isc bind | isc openbsd | internet systems consortium |
    openbsd isc
Info-ZIP = info zip | infozip
JasPer-2.0 = jasper | jasper 2
LPPL-1.3c = lppl | lppl 1.3c | latex project public | latex project public 1.3c
LPPL-1.3a = lppl 1.3 | lppl 1.3a
libpng-2.0 = libpng 2 | png reference library 2
libtiff = tiff
Linux-OpenIB = openib | linux openib | openiborg bsd
LPL-1.02 = lucent | lucent public 1.02 | lucent public | lpl
MIT = expat | mit expat | expat mit | mit x | mit x11 | mit x11 expat | mit x consortium | x mit | mit modern |
    modern mit | mit style | mit licensed | mit mit | mit opensource | mit open source | bouncy castle | mit x11 style
    | massachusetts institute of technology | massachusetts institute of technology mit | mit expat x11 | x11 mit |
    mit nonbsd | jquery | mit 1 | mit x11 variant | mitlicense | mit lisence | opensourceorg mit | expat mit x11 |
    tidelift mit
MIT-0 = mit 0 | mit no attribution | mit no attribution mit 0 | mit zero
MIT-CMU = cmu | mit cmu | cmu style | hpnd mit cmu
MIT-Modern-Variant = mit modern variant
MIT-advertising = mit with advertising
MPL-1.0 = mpl 1 | mozilla public 1 | mozilla public 1 mpl | mozilla 1
MPL-1.1 = mpl 1.1 | mozilla public 1.1 | mozilla public 1.1 mpl 1.1 | mozilla 1.1 | mozilla public mpl 1.1 |
    mpl 1.1 mozilla public
MPL-2.0 = mpl | mpl 2 | mozilla public | mozilla public 2 | mozilla public 2 mpl 2 | mozilla 2 | mozilla public mpl 2
    | mozilla | mpl 2 mozilla public
MS-PL = ms pl | microsoft public | microsoft public ms pl | mspl
MS-RL = ms rl | microsoft reciprocal | microsoft reciprocal ms rl
MirOS = mirbsd | miros miros
MulanPSL-1.0 = mulan psl 1
MulanPSL-2.0 = mulan psl 2 | mulan permissive 2 | mulan permissive 2 mulanpsl 2 | mulanpsl 2 | mulan psl
NAIST-2003 = naist 2003 | nara institute of science and technology 2003
NASA-1.3 = nasa open source agreement 1.3 | nasa 1.3
NCSA = university of illinois ncsa open source | university of illinois open source | uiuc | llvm |
    uoi ncsa open source | university of illinois ncsa
NTP = ntp rushing
Naumen = naumen public
Nokia = nokia open source | nokia open source nokos
OFL-1.1 = ofl | ofl 1.1 | sil open font | sil open font 1.1 | sil open font 1.1 ofl 1.1 | open font | sil ofl 1.1 |
    sil 1.1 | sil | open font 1.1 | sil open font ofl
OLDAP-2.8 = openldap | openldap 2.8 | openldap public | openldap public 2.8 | oldap 2.8
OML = open market
OSL-1.1 = osl 1.1
OSL-2.0 = osl 2
OSL-3.0 = osl | osl 3 | open 3 | open 3 osl 3 | osl open 3
ODbL-1.0 = odbl | odbl 1 | open data commons open database
OGTSL = open group test suite
OpenSSL = openssl+ssleay | openssl and ssleay | openssl ssleay
OPUBL-1.0 = open publication
PDDL-1.0 = pddl | pddl 1 | open data commons public domain dedication
PHP-3.0 = php 3
PHP-3.01 = php | php 3.01 | phpl | php 3.01 and later
PSF-2.0 = psf | psf 2 | python foundation | psfl | python foundation 2 | psf or compatible
Python-2.0 = python | python 2 | python cnri python | pythonlicense | python 2.0.1 | python cnri
PostgreSQL = postgres
QPL-1.0 = qpl | qpl 1 | qt public | qt public qpl
RPL-1.5 = reciprocal public 1.5 | rpl 1.5
Ruby OR GPL-2.0-only = ruby or gpl 2 | gpl 2 or ruby
Ruby OR BSD-2-Clause = ruby or bsd | bsd or ruby | bsd 2 clause or ruby | ruby or bsd 2 clause
SGI-B-1.1 = sgi 1.1 | sgi b 1.1
SGI-B-2.0 = sgi 2 | sgi free b 2 | sgi b 2
SISSL = sun industry standards source | sun industry standards source sissl
SSPL-1.0 = sspl | server side public | server side public 1 | sspl 1 | server side public 1 sspl
SSLeay-standalone = ssleay
SMLNJ = standard ml of new jersey | standardmlnj
Sleepycat = berkeley database
SPL-1.0 = sun public | sun public 1 | spl
TCL = tcl tk | tcl bsdish | tcltk
TCP-wrappers = tcp wrappers | bsd tcp wrappers
Ubuntu-font-1.0 = ubuntu font 1 | ufl 1 | ubuntu font | ufl
UPL-1.0 = upl | upl 1 | universal permissive | universal permissive 1 | universal permissive upl |
    universal permissive 1 upl | universal permissive upl 1
UCL-1.0 = upstream compatibility 1
Unicode-3.0 = unicode 3
Unicode-DFS-2016 = unicode dfs 2016 | unicode inc agreement | unicode data | unicode data files | unicode
Unicode-TOU = unicode terms of use
Unlicense = unlicensed public domain | unlicense unlicense | un | public domain unlicense
VSL-1.0 = vovida 1 | vovida
Vim = charityware
W3C = w3c notice and document | w3c notice and | world wide web consortium
Watcom-1.0 = sybase open watcom public 1
WTFPL = wtfpl 2 | do what fuck you want to public | do what f public | do what fuck you want to public 2 |
    do what fuck you want to public wtfpl | dwtfywtpl
LGPL-2.0-or-later WITH WxWindows-exception-3.1 = wxwindows | wxwindows library | wxwidgets | wxwindows library 3.1
X11 = x | x consortium | x11 distribute modifications variant | mit x11 with notice | mit xc
XFree86-1.1 = xfree86 | xfree86 1.1
ZPL-1.1 = zpl 1 | zpl 1.1
ZPL-2.0 = zpl 2 | zope public 2
ZPL-2.1 = zpl | zpl 2.1 | zope public | zope public 2.1 | zope
Zend-2.0 = zend | zend 2 | zend engine 2 | zend engine 2.00
Zlib = zlib libpng | zlib libpng zlib | libz | zlib and libpng
zlib-acknowledgement = zlib with acknowledgement | zlib libpng with acknowledgement | zlib acknowledgement
Spencer-94 = spencer 94
Adobe-Glyph = adobe glyph
CC-PDDC = creative commons public domain
CC-PDM-1.0 = public domain mark | cc pdm
SAX-PD = sax pd | sax
SHL-0.51 = solderpad hardware 0.51 | solderpad 0.51
Inner-Net-2.0 = inner net | inner net 2
BSD-Systemics = bsd systemics
BSD-Source-Code = bsd source code
RSA-MD = rsa md | rsa md4 | rsa md5 | rsa
SMAIL-GPL = smail
HPND-sell-variant = hpnd sell variant | ntp like
X11-distribute-modifications-variant = x11 distribute modifications
ISC-Veillard = isc veillard
TU-Berlin-1.0 = tu berlin 1
TU-Berlin-2.0 = tu berlin 2
TTWL = text tabs
LicenseRef-public-domain = public domain | publicdomain | pd | unencumbered | no copyright | public domain dedication
    | public domain pd | in public domain | pd debian | public domain worldwide | probably pd | public domain sha1 |
    public domain md5 | public domain md4 | kuchling pd | plumb pd | iconv pd | mingw pd | sdbm public domain |
    solar public domain
LicenseRef-proprietary = unlicensed | proprietary | commercial | other proprietary | all rights reserved | private |
    closed | closed source | nvidia proprietary | nvidia | commercial proprietary | internal |
    redistributable proprietary | not open source
LicenseRef-Oracle-FUTC = oracle free use terms and conditions futc | oracle free use terms and conditions
LicenseRef-freely-distributable = freely distributable | freely redistributable | redistributable |
    free redistribution | distributable | freeware
LicenseRef-Fedora-UltraPermissive = copyright only | ultrapermissive | freely redistributable without restriction |
    fedora ultrapermissive
LicenseRef-KHRONOS = khronos
"""

ADDRESSES = """
Apache-2.0 = apache.org/licenses/license-2.0 | opensource.org/licenses/apache-2.0 | opensource.org/licenses/apache2.0
    | opensource.org/licenses/apache | apache.org/licenses | apache.org/license/license-2.0
Apache-1.1 = apache.org/licenses/license-1.1 | opensource.org/licenses/apache-1.1
Apache-1.0 = apache.org/licenses/license-1.0
Artistic-1.0-Perl = opensource.org/licenses/artistic-license-1.0 | opensource.org/licenses/artistic-license
Artistic-2.0 = opensource.org/licenses/artistic-license-2.0 | perlfoundation.org/artistic_license_2_0
BSD-2-Clause = opensource.org/licenses/bsd-2-clause | opensource.org/licenses/bsd-license-2 |
    freebsd.org/copyright/freebsd-license
BSD-3-Clause = opensource.org/licenses/bsd-3-clause | opensource.org/licenses/bsd-license |
    opensource.org/licenses/bsd | eclipse.org/org/documents/edl-v10 | eclipse.org/legal/edl-v10
BSL-1.0 = boost.org/license_1_0 | boost.org/users/license | opensource.org/licenses/bsl-1.0
CC0-1.0 = creativecommons.org/publicdomain/zero/1.0 | creativecommons.org/publicdomain/zero/1.0/legalcode
CC-BY-3.0 = creativecommons.org/licenses/by/3.0
CC-BY-4.0 = creativecommons.org/licenses/by/4.0 | creativecommons.org/licenses/by/4.0/legalcode
CC-BY-SA-3.0 = creativecommons.org/licenses/by-sa/3.0
CC-BY-SA-4.0 = creativecommons.org/licenses/by-sa/4.0
CDDL-1.0 = opensource.org/licenses/cddl-1.0 | opensource.org/licenses/cddl1 | sun.com/cddl
CPL-1.0 = opensource.org/licenses/cpl1.0 | eclipse.org/legal/cpl-v10
EPL-1.0 = eclipse.org/legal/epl-v10 | opensource.org/licenses/eclipse-1.0 | opensource.org/licenses/epl-1.0
EPL-2.0 = eclipse.org/legal/epl-2.0 | eclipse.org/legal/epl-v20 | eclipse.org/org/documents/epl-2.0 |
    eclipse.org/org/documents/epl-2.0/epl-2.0 | opensource.org/licenses/epl-2.0
GPL-2.0-only = gnu.org/licenses/old-licenses/gpl-2.0 | gnu.org/licenses/gpl-2.0 | opensource.org/licenses/gpl-2.0
GPL-2.0-only WITH Classpath-exception-2.0 = gnu.org/software/classpath/license | openjdk.java.net/legal/gplv2+ce |
    openjdk.org/legal/gplv2+ce
GPL-3.0-only = gnu.org/licenses/gpl-3.0 | gnu.org/licenses/gpl-3.0-standalone | gnu.org/licenses/gpl |
    gnu.org/copyleft/gpl | opensource.org/licenses/gpl-3.0
AGPL-3.0-only = gnu.org/licenses/agpl-3.0 | gnu.org/licenses/agpl | opensource.org/licenses/agpl-3.0
LGPL-2.1-only = gnu.org/licenses/old-licenses/lgpl-2.1 | gnu.org/licenses/lgpl-2.1 | opensource.org/licenses/lgpl-2.1
LGPL-3.0-only = gnu.org/licenses/lgpl-3.0 | gnu.org/licenses/lgpl | gnu.org/copyleft/lesser | gnu.org/copyleft/lgpl |
    opensource.org/licenses/lgpl-3.0
ISC = opensource.org/licenses/isc | opensource.org/licenses/isc-license
MIT = opensource.org/licenses/mit | opensource.org/licenses/mit-license | opensource.org/license/mit | mit-license.org
    | jquery.org/license | bouncycastle.org/licence | slf4j.org/license
MPL-1.1 = mozilla.org/mpl/mpl-1.1 | mozilla.org/mpl/1.1 | opensource.org/licenses/mpl-1.1
MPL-2.0 = mozilla.org/mpl/2.0 | mozilla.org/en-us/mpl/2.0 | opensource.org/licenses/mpl-2.0 |
    mozilla.org/mpl/2.0/index
MS-PL = opensource.org/licenses/ms-pl
OFL-1.1 = scripts.sil.org/ofl | openfontlicense.org
PostgreSQL = opensource.org/licenses/postgresql
Python-2.0 = docs.python.org/license | python.org/psf/license
UPL-1.0 = oss.oracle.com/licenses/upl | opensource.org/licenses/upl
Unlicense = unlicense.org
WTFPL = wtfpl.net | sam.zoy.org/wtfpl
Zlib = opensource.org/licenses/zlib | opensource.org/licenses/zlib-license | zlib.net/zlib_license
LicenseRef-Oracle-FUTC = oracle.com/downloads/licenses/oracle-free-license
LicenseRef-dotnet-library = go.microsoft.com/fwlink/?linkid=329770 | microsoft.com/web/webpi/eula/net_library_eula_enu
    | dotnet.microsoft.com/en/dotnet_library_license
"""
"""Hosts and paths without scheme, `www.`, final slash and `.txt`, `.html`, `.php`, `.htm`, `.md`."""

EXCEPTIONS = """
Classpath-exception-2.0 = classpath | classpath 2 | cpe | ce | gnu classpath | class path
Autoconf-exception-generic = autoconf | autoconf data | autoconf 2 archive | autoconf archive
Bison-exception-2.2 = bison | bison 2.2
Font-exception-2.0 = font
FLTK-exception = fltk
GCC-exception-3.1 = gcc | gcc runtime | gcc runtime 3.1 | gcc runtime library | gcc 3.1 | runtime
Libtool-exception = libtool
Linux-syscall-note = linux syscall note | syscall | linux syscall
LLVM-exception = llvm
Texinfo-exception = texinfo
Universal-FOSS-exception-1.0 = foss | universal foss
GPL-3.0-linking-exception = gpl 3 linking
LGPL-3.0-linking-exception = lgpl 3 linking | static linking | linking
OCaml-LGPL-linking-exception = ocaml | ocaml linking
u-boot-exception-2.0 = u boot
WxWindows-exception-3.1 = wxwindows
Qt-LGPL-exception-1.1 = qt lgpl | qt lgpl 1.1
Qt-GPL-exception-1.0 = qt gpl | qt gpl 1
"""
"""Words before "exception", without "gnu"."""
