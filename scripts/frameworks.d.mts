export type FrameworkName = "express" | "fastify" | "hono" | "nest" | "workerd" | "react"

export type FoundFramework =
  | { readonly folder: string; readonly reason: undefined }
  | { readonly folder: undefined; readonly reason: string }

export declare const lookForFramework: (name: FrameworkName) => Promise<FoundFramework>
