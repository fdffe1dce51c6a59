import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The licence of every package that went into the bundle, beside it. */
function licences(): Plugin {
  return {
    name: "licences",
    generateBundle(_, bundle) {
      const found = new Map<string, string>();
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        for (const id of chunk.moduleIds) {
          const folder = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
          if (folder) found.set(folder.split("/node_modules/").pop() ?? folder, textOf(folder));
        }
      }
      const source = [...found.entries()]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, text]) => `${name}\n\n${text}`)
        .join("\n\n----\n\n");
      this.emitFile({ type: "asset", fileName: "licences.txt", source: `${source}\n` });
    },
  };
}

function textOf(folder: string): string {
  const name = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  if (name) return readFileSync(join(folder, name), "utf-8").trim();
  const told = JSON.parse(readFileSync(join(folder, "package.json"), "utf-8"));
  return `${told.license}`;
}

// Not build.lib: the library form leaves white space in. The streams are a module of their own,
// which small components import too: so a page has one connection to each, whoever listens.
export default defineConfig({
  root: dirname(new URL(import.meta.url).pathname),
  plugins: [react(), licences()],
  base: "./",
  build: {
    outDir: "../bundle",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      input: { flow: "src/index.tsx", stream: "src/live/stream.ts" },
      preserveEntrySignatures: "strict",
      output: { format: "es", entryFileNames: "[name]-[hash].js", chunkFileNames: "part-[hash].js" },
    },
  },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
