# The folder checks is two libraries. `checks` judges: the files whose names begin with the words below. All else is
# `checks_arithmetic` (ranges, ports, firewalls): what SQL functions and plugins share, and what plugins may use.
#
# The table of plugins: every folder checks/plugins/NAME/ is a library `checks_plugins_NAME`, and where it holds NAME.c, that
# defines `check_plugin_NAME` (checks/check.h). A new plugin is a new folder and no edit of a list.
file(GLOB checks_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/checks/*.c)
set(judging ${checks_sources})
set(judges "/checks/(bind|catalog|check|evaluate|guard|judge|plugin|query|row|rule|sandbox|source|sql)(_[a-z0-9_]+)?\\.c$")
list(FILTER judging INCLUDE REGEX ${judges})
list(FILTER checks_sources EXCLUDE REGEX ${judges})
add_library(checks_arithmetic STATIC ${checks_sources})
target_link_libraries(checks_arithmetic PUBLIC yomawari_options core_model core_decode core_base PkgConfig::JSONC)

file(GLOB plugin_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/checks/plugins/*/*.c)
set(plugin_folders "")
set(plugin_libraries "")
set(declarations "")
set(rows "")
foreach(source ${plugin_sources})
  get_filename_component(file ${source} NAME_WE)
  get_filename_component(folder ${source} DIRECTORY)
  get_filename_component(name ${folder} NAME)
  list(APPEND plugin_folders checks/plugins/${name})
  if(file STREQUAL name)
    string(APPEND declarations "extern const struct check_plugin check_plugin_${name};\n")
    string(APPEND rows "    &check_plugin_${name},\n")
    list(APPEND plugin_libraries checks_plugins_${name})
  endif()
endforeach()
list(REMOVE_DUPLICATES plugin_folders)
foreach(folder ${plugin_folders})
  yomawari_folder(${folder} checks_arithmetic core_model core_decode core_base PkgConfig::JSONC)
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/check_plugins.c CONTENT
"#include \"checks/plugin_table.h\"\n\n#include <stddef.h>\n\n${declarations}\nstatic const struct check_plugin *const table[] = {\n${rows}    NULL,\n};\n\nconst struct check_plugin *const *plugin_table_builtin(void)\n{\n    return table;\n}\n")
add_library(checks_plugins STATIC ${CMAKE_BINARY_DIR}/generated/check_plugins.c)
target_link_libraries(checks_plugins PUBLIC yomawari_options ${plugin_libraries})

add_library(checks STATIC ${judging})
target_link_libraries(checks PUBLIC yomawari_options checks_plugins checks_arithmetic core_store core_model core_decode
  core_base embedded_checks PkgConfig::SQLITE)
