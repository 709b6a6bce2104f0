import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** The resource usage of a process. */
export interface Usage {
  /** CPU seconds of all threads. */
  cpu: number;
  /** Resident memory in MB (of a million bytes). */
  resident: number;
}

export function usageOf(pid: number): Usage {
  return existsSync('/proc/self/stat') ? usageByProc(pid) : usageByPs(pid);
}

/** The unit of /proc/PID/stat, which is the same on every Linux that Node runs on. */
const TICKS_A_SECOND = 100;

function usageByProc(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is a name in parentheses, which can contain spaces; utime and stime are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    cpu: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND,
    resident: (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024) / 1e6,
  };
}

function usageByPs(pid: number): Usage {
  const [resident = '', time = ''] = execFileSync('ps', ['-o', 'rss=,time=', '-p', String(pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/);
  // [[days-]hours:]minutes:seconds
  const cpu = time.split(/[-:]/).reduce((sum, part, index, parts) => {
    const unit = [1, 60, 3600, 86_400][parts.length - 1 - index] as number;
    return sum + Number(part) * unit;
  }, 0);
  return { cpu, resident: (Number(resident) * 1024) / 1e6 };
}
