// Parses the examples of docs/REST.md in languages whose products are not at hand: ABAP by abaplint,
// with types, and Power Query's M by its own parser. A word misspelt on purpose must be found.
// Usage: node parse_examples.mjs REST.md
import { readFileSync } from "node:fs";
import abaplint from "@abaplint/core";
import powerquery from "@microsoft/powerquery-parser";

const text = readFileSync(process.argv[2], "utf8");

function example(language) {
  const [found, another] = text.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, "g"));
  if (!found || another) throw new Error(`${process.argv[2]}: not one example of ${language}`);
  return found[1];
}

// The class that the method is written for, and the exception that it raises.
const classes = (method) => ({
  "zcl_orders.clas.abap": `CLASS zcl_orders DEFINITION PUBLIC CREATE PUBLIC.
  PUBLIC SECTION.
    METHODS may_release
      IMPORTING iv_vendor TYPE string iv_order TYPE string iv_version TYPE string iv_hs TYPE string iv_origin TYPE string
      EXPORTING ev_decision TYPE string
      RETURNING VALUE(rv_clear) TYPE abap_bool
      RAISING zcx_probity.
ENDCLASS.
CLASS zcl_orders IMPLEMENTATION.
${method}ENDCLASS.
`,
  "zcx_probity.clas.abap": `CLASS zcx_probity DEFINITION PUBLIC CREATE PUBLIC.
  PUBLIC SECTION.
    METHODS constructor IMPORTING text TYPE string.
ENDCLASS.
CLASS zcx_probity IMPLEMENTATION.
  METHOD constructor.
  ENDMETHOD.
ENDCLASS.
`,
});

function faultsOfAbap(method) {
  const registry = new abaplint.Registry(new abaplint.Config(JSON.stringify({
    global: { files: "/**/*.*" },
    syntax: { version: "v740sp08", errorNamespace: "^(Z|Y)" }, // SAP's own classes are not here
    rules: { parser_error: true, check_syntax: true },
  })));
  for (const [name, source] of Object.entries(classes(method))) {
    registry.addFile(new abaplint.MemoryFile(name, source));
  }
  registry.parse();
  return registry.findIssues().map((one) =>
    `ABAP, ${one.getFilename()} line ${one.getStart().getRow()}: ${one.getMessage()}`);
}

async function faultsOfM(query) {
  const task = await powerquery.TaskUtils.tryLexParse(powerquery.DefaultSettings, query);
  return powerquery.TaskUtils.isParseStageOk(task) ? [] : [`Power Query: ${task.error?.message}`];
}

const abap = example("abap");
const query = example("powerquery");
const faults = [...faultsOfAbap(abap), ...(await faultsOfM(query))];
if (faultsOfAbap(abap.replace("lv_status = 200 AND", "lv_statu = 200 AND")).length === 0) faults.push("abaplint finds no fault");
if ((await faultsOfM(query.replace("otherwise", "otherwize"))).length === 0) faults.push("Power Query's parser finds no fault");
for (const one of faults) console.error(one);
process.exit(faults.length > 0 ? 1 : 0);
