// Pages as files, which any server can serve.
export default { output: "export" };
