"""All rules. Of those for one name of a file, the first that finds a version is right: forks come first."""

from pratique.packages.programs.go_programs import GO_PROGRAMS
from pratique.packages.programs.languages import LANGUAGES
from pratique.packages.programs.libraries import LIBRARIES
from pratique.packages.programs.rule import Rule
from pratique.packages.programs.servers import SERVERS
from pratique.packages.programs.tools import TOOLS

RULES: tuple[Rule, ...] = (*LANGUAGES, *SERVERS, *TOOLS, *LIBRARIES, *GO_PROGRAMS)
