# What the clouds say of their operations, as const tables: for each a small program of ours, built first,
# reads the committed models and writes C. A new model, operation or region is new data and nothing else.
set(models ${CMAKE_SOURCE_DIR}/providers/aws/models)
set(tables ${CMAKE_BINARY_DIR}/generated/aws)
file(GLOB model_files CONFIGURE_DEPENDS ${models}/*.json)
list(SORT model_files)
file(MAKE_DIRECTORY ${tables})

add_executable(aws_tables ${models}/main.c)
target_link_libraries(aws_tables PRIVATE providers_aws_models)

add_custom_command(OUTPUT ${tables}/models.c
  COMMAND aws_tables models ${tables}/models.c ${models}/refused.txt ${model_files}
  DEPENDS aws_tables ${models}/refused.txt ${model_files} VERBATIM)
add_custom_command(OUTPUT ${tables}/partitions.c
  COMMAND aws_tables partitions ${tables}/partitions.c ${CMAKE_SOURCE_DIR}/providers/aws/partitions.json
  DEPENDS aws_tables ${CMAKE_SOURCE_DIR}/providers/aws/partitions.json VERBATIM)
# The names of a service are one long literal; C11 compilers need only take 4,095 characters, ours take more.
set_source_files_properties(${tables}/models.c PROPERTIES COMPILE_OPTIONS
  "-Wno-overlength-strings;-Wno-missing-field-initializers")
set_source_files_properties(${tables}/partitions.c PROPERTIES COMPILE_OPTIONS "-Wno-missing-field-initializers")

add_library(aws_tables_models STATIC ${tables}/models.c)
target_link_libraries(aws_tables_models PUBLIC yomawari_options)
add_library(aws_tables_partitions STATIC ${tables}/partitions.c)
target_link_libraries(aws_tables_partitions PUBLIC yomawari_options)

set(models ${CMAKE_SOURCE_DIR}/providers/gcp/models)
set(tables ${CMAKE_BINARY_DIR}/generated/gcp)
file(GLOB model_files CONFIGURE_DEPENDS ${models}/*.json)
list(SORT model_files)
file(MAKE_DIRECTORY ${tables})

add_executable(gcp_tables ${models}/main.c)
target_link_libraries(gcp_tables PRIVATE providers_gcp_models)

add_custom_command(OUTPUT ${tables}/models.c
  COMMAND gcp_tables ${tables}/models.c ${models}/posts.txt ${models}/refused.txt ${model_files}
  DEPENDS gcp_tables ${models}/posts.txt ${models}/refused.txt ${model_files} VERBATIM)
set_source_files_properties(${tables}/models.c PROPERTIES COMPILE_OPTIONS
  "-Wno-overlength-strings;-Wno-missing-field-initializers")

add_library(gcp_tables_models STATIC ${tables}/models.c)
target_link_libraries(gcp_tables_models PUBLIC yomawari_options)
