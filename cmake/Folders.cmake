# One static library a folder: what a folder may use is what it links to, which is how the arrows
# scanner -> providers, checks, reports -> core hold at build time as well. A new file is picked up by
# itself; only a new folder needs a line here.
function(yomawari_folder folder)
  string(REPLACE "/" "_" name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.c)
  list(FILTER sources EXCLUDE REGEX "/main\\.c$")
  if(NOT sources)
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC yomawari_options ${ARGN})
endfunction()

# What is data: picked up by pattern, built in.
file(GLOB types CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/providers/*/types/*.yaml)
file(GLOB checks CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/checks/*/*.yaml)
file(GLOB sql CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/core/store/*.sql)
yomawari_embed(embedded_types ${types})
yomawari_embed(embedded_checks ${checks})
yomawari_embed(embedded_store ${sql})

yomawari_folder(core/base PkgConfig::CRYPTO PkgConfig::JSONC)
yomawari_folder(core/decode core_base PkgConfig::JSONC PkgConfig::EXPAT PkgConfig::YAML ${CSV_LIBRARY})
yomawari_folder(core/http core_base PkgConfig::CURL)
yomawari_folder(core/model core_base core_decode)
yomawari_folder(core/store core_base core_decode core_model embedded_store PkgConfig::SQLITE)
yomawari_folder(core core_base core_decode core_http core_store)
yomawari_folder(providers/aws/sigv4 core_base core_http)
yomawari_folder(providers/aws/credentials core_base core_decode core_http providers_aws_sigv4)
yomawari_folder(providers/aws/models core_base core_decode)
include(${CMAKE_SOURCE_DIR}/cmake/Models.cmake)
yomawari_folder(providers/aws/protocol core_base core_decode core_http providers_aws_models aws_tables_models)
yomawari_folder(providers/aws core_base core_decode core_http providers_aws_protocol aws_tables_partitions)
