export declare const workerdVersion: string

export declare const workerdPackage: string

export declare const workerdProgram: string

export declare const workerdConfig: (file: string, address: string, env?: Readonly<Record<string, string>>) => string
