import { accessSync, constants, existsSync } from "node:fs";
import { mkdir, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomUUID } from "node:crypto";

/** A limit of the operating system on the memory of processes, as a container has it. */
export interface MemoryLimit extends AsyncDisposable {
  /** A command prefix of a shell that starts the program under the limit. */
  readonly shell: string;
}

/** A control group with the limit, or undefined if this user may not make one. */
export async function memoryLimit(bytes: number): Promise<MemoryLimit | undefined> {
  const group = controlGroup();
  if (group === undefined) return undefined;
  const folder = join(group.root, `test-${randomUUID()}`);
  await mkdir(folder);
  await writeFile(join(folder, group.limitFile), String(bytes));
  return {
    shell: `echo $$ > ${join(folder, "cgroup.procs")} && exec`,
    [Symbol.asyncDispose]: () => rmdir(folder),
  };
}

/** Version 2 has one tree, version 1 one for memory. */
function controlGroup(): { root: string; limitFile: string } | undefined {
  const trees = [
    { root: "/sys/fs/cgroup/memory", limitFile: "memory.limit_in_bytes" },
    { root: "/sys/fs/cgroup", limitFile: "memory.max" },
  ];
  return trees.find(({ root, limitFile }) => {
    const isTree =
      limitFile === "memory.max" ? existsSync(join(root, "cgroup.controllers")) : existsSync(join(root, limitFile));
    return isTree && isWritable(root);
  });
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
