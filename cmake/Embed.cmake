# yomawari_embed(SYMBOL FILE...): data built into the binary. Makes a C file that defines
#   const struct embedded_file SYMBOL[]; const size_t SYMBOL_count;   (core/base/embedded.h)
# with the files in order of name, and adds it to a library of that name. Names are relative to the root.
function(yomawari_embed symbol)
  set(files ${ARGN})
  list(SORT files)
  set(output ${CMAKE_BINARY_DIR}/generated/embedded/${symbol}.c)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DROOT=${CMAKE_SOURCE_DIR} -DSYMBOL=${symbol} -DOUTPUT=${output}
            "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake
    VERBATIM)
  add_library(${symbol} STATIC ${output})
  target_link_libraries(${symbol} PUBLIC yomawari_options)
endfunction()
