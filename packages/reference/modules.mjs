// What TypeDoc does not do by itself: a module is called what one imports, "@effect-zhipu/client/Zhipu" and not
// "packages/client/src/Zhipu", and is told of by the comment at its top, for which TypeDoc would want a tag `@module`.
import { readFileSync } from "node:fs"
import { Comment, Converter, ReflectionKind } from "typedoc"

const topComment = (file) => {
  const [, lines = ""] = /^\/\*\*\r?\n([^]*?)^ \*\//m.exec(readFileSync(file, "utf8")) ?? []
  const [text] = lines.replace(/^ \* ?/gm, "").split(/^@/m)
  return text.trim()
}

export const load = ({ converter }) => {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      module.name = module.name.replace(/^packages\/(\w+)\/src\//, "@effect-zhipu/$1/")
      const text = topComment(project.getSymbolIdFromReflection(module).fileName)
      module.comment = new Comment([{ kind: "text", text }])
    }
  })
}
