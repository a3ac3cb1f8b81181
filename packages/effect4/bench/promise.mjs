export { createZhipu } from "@effect-zhipu/effect4/promise"
