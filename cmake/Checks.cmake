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
  core_base embedded_checks PkgConfig::SQLITE ${CMAKE_DL_LIBS})

# The same plugins as shared objects, out of the same sources, in plugins.d of the build folder: so that what check.h promises
# to people's own plugins is what the built-in ones live by. Each holds all that it needs, and shows one symbol. What
# goes into them is position-independent, but no slower in the program: nothing of it may be put aside by another's symbol.
foreach(library core_base core_decode core_model checks_arithmetic ${plugin_libraries})
  set_target_properties(${library} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_compile_options(${library} PRIVATE -fno-semantic-interposition)
endforeach()
foreach(library ${plugin_libraries})
  string(REPLACE "checks_plugins_" "" name ${library})
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/plugins/${name}.c CONTENT
"#include \"checks/check.h\"\n\nextern const struct check_plugin check_plugin_${name};\n\nCHECK_PLUGIN_EXPORT(check_plugin_${name});\n")
  add_library(plugin_${name} MODULE ${CMAKE_BINARY_DIR}/generated/plugins/${name}.c)
  target_link_libraries(plugin_${name} PRIVATE yomawari_options ${library})
  target_link_options(plugin_${name} PRIVATE -Wl,--exclude-libs,ALL -Wl,--as-needed)
  set_target_properties(plugin_${name} PROPERTIES PREFIX "" OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins.d)
endforeach()

# What a plugin is built from.
set(plugin_headers checks/check.h core/base/error.h core/base/text.h core/model/resource_type.h)
foreach(header ${plugin_headers})
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES ${CMAKE_SOURCE_DIR}/${header} DESTINATION include/yomawari/${folder} COMPONENT headers)
endforeach()
