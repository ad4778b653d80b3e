# The program, and its table of commands: every file of scanner/commands/ defines `command_<name>`
# (scanner/command.h). A new command is a new file and no edit of a list.
file(GLOB command_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/scanner/commands/*.c)
set(declarations "")
set(rows "")
foreach(source ${command_sources})
  get_filename_component(name ${source} NAME_WE)
  string(APPEND declarations "extern const struct command command_${name};\n")
  string(APPEND rows "    &command_${name},\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/commands.c CONTENT
"#include \"scanner/command.h\"\n\n#include <stddef.h>\n\n${declarations}\nstatic const struct command *const table[] = {\n${rows}    NULL,\n};\n\nconst struct command *const *commands_all(void)\n{\n    return table;\n}\n")
add_executable(yomawari ${CMAKE_SOURCE_DIR}/scanner/main.c ${CMAKE_BINARY_DIR}/generated/commands.c)
target_link_libraries(yomawari PRIVATE scanner_commands scanner)
install(TARGETS yomawari DESTINATION bin COMPONENT program)
