# How every file of ours is compiled. Linked to by each library as `yomawari_options`.
add_library(yomawari_options INTERFACE)
target_include_directories(yomawari_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_definitions(yomawari_options INTERFACE
  _POSIX_C_SOURCE=200809L _XOPEN_SOURCE=700 _DEFAULT_SOURCE
  YOMAWARI_VERSION="${PROJECT_VERSION}")
target_compile_options(yomawari_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
  -fstack-protector-strong
  -include ${CMAKE_SOURCE_DIR}/core/base/banned.h)
if(YOMAWARI_WERROR)
  target_compile_options(yomawari_options INTERFACE -Werror)
endif()
if(YOMAWARI_SANITIZE)
  target_compile_options(yomawari_options INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(yomawari_options INTERFACE -fsanitize=address,undefined)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

# Some two hundred test programs are linked, each anew; binutils' second linker takes half as long.
find_program(LD_GOLD ld.gold)
if(LD_GOLD AND CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_link_options(-fuse-ld=gold)
endif()
