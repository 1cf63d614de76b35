throw new TypeError("broken on purpose");
