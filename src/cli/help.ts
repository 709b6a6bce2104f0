import { VERSION } from '../start/package.js';
import { flagsOf } from '../start/settings.js';
import { ExecOptions } from './exec.js';
import { RehearseOptions } from './rehearse.js';
import { settingsHelp } from './settings-help.js';

/** The text of `--help`. The build puts the text itself in the place of this module. */
export const help =
  () => `braze-segments-mock ${VERSION}: an offline stand-in for Braze's Segment Analytics Export endpoint

Usage: braze-segments-mock [serve] [flags]
       braze-segments-mock exec [--report] [flags] -- <command> [args…]
                                                 run a command with its own mock on a free port, and with
                                                 BRAZE_REST_URL and BRAZE_API_KEY set; exit with its exit
                                                 code, or with 99 if that is 0 and the report has findings
       braze-segments-mock rehearse [flags] -- <command> [args…]
                                                 run a command once for each storyboard, each time with its
                                                 own mock, and print a matrix; exit 1 if a run failed
       braze-segments-mock ca [flags]            print the CA certificate of --tls auto
       braze-segments-mock healthcheck [--wait 10s] [flags]
                                                 exit 0 if a mock with these flags answers, otherwise 1;
                                                 --wait retries until it answers or the time is over
       braze-segments-mock pull [flags]          read segments of a Braze workspace as a fixture; see pull --help
       braze-segments-mock record [flags]        record replies of a server for --fixtures; see record --help
       braze-segments-mock import <file> [flags] write the sizes of a CSV file as a fixture; see import --help
       braze-segments-mock export [flags]        write a workspace, a journal, exchanges or the schema; see export --help
       braze-segments-mock verify [flags]        compare a server with the mock's claims; see verify --help

Flags and their environment variables; a flag wins over its variable:
${settingsHelp()}
  --help, -h     Print this
  --version, -v  Print the version

Flags of exec:
${settingsHelp(flagsOf(ExecOptions))}

Flags of rehearse:
${settingsHelp(flagsOf(RehearseOptions))}
`;
